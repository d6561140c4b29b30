import { integrity, island, version } from "../parts/island.mjs";

// The widget has to be built before: its loader names it by its content.
const define = { WIDGET_VERSION: JSON.stringify(version("widget.js")), WIDGET_INTEGRITY: JSON.stringify(integrity("widget.js")) };

await island({ here: import.meta.dirname, name: "embed", entry: "src/embed.ts", most: 6_400, define, small: true });
