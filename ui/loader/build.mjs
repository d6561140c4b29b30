import { integrity, island } from "../parts/island.mjs";

// The widget has to be built before: its loader names what it fetches by its content.
const define = { WIDGET_SUM: JSON.stringify(integrity("widget.js")), LANGUAGES_SUM: JSON.stringify(integrity("widget_languages.js")) };

await island({ here: import.meta.dirname, name: "embed", entry: "src/embed.ts", most: 7_530, define, small: true });
// Of the panel's page: what it fetches is not named by its content, so that this need not be built after it.
const newest = { LANGUAGES_SUM: '""' };
await island({ here: import.meta.dirname, name: "widget_preview", entry: "src/preview.ts", most: 7_500, define: newest, small: true });
