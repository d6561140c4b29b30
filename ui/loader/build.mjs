import { integrity, island, version } from "../parts/island.mjs";

// The widget has to be built before: its loader names it by its content.
const define = { WIDGET_VERSION: JSON.stringify(version("widget.js")), WIDGET_INTEGRITY: JSON.stringify(integrity("widget.js")) };

await island({ here: import.meta.dirname, name: "embed", entry: "src/embed.ts", most: 6_800, define, small: true });
// Of the panel's page: what it fetches is not named by its content, so that this need not be built after it.
await island({ here: import.meta.dirname, name: "widget_preview", entry: "src/preview.ts", most: 7_000, small: true });
