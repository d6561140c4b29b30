import { island } from "../parts/island.mjs";

await island({ here: import.meta.dirname, name: "inbox", entry: "src/main.tsx", most: 60_000 });
