import { island } from "../parts/island.mjs";

await island({ here: import.meta.dirname, name: "widget", entry: "src/main.tsx", most: 16_500 });
