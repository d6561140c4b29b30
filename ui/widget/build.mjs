import { integrity, island, sourceSum, version } from "../parts/island.mjs";

const here = import.meta.dirname;
const MADE = JSON.stringify(sourceSum(here).slice(0, 12));
// Fetched when something first needs them; the widget holds them to what it was built with. Script and the bytes it may have.
const PARTS = { files: 5_000, more: 4_000, rich: 3_000, talk: 8_000 };

for (const [name, most] of Object.entries(PARTS)) {
  const entry = `src/${name}/main.ts`;
  const alias = { preact: "./src/on_demand/preact.ts" };
  await island({ here, name: `widget_${name}`, entry, most, alias, define: { MADE }, small: true, tags: true });
}
const held = Object.keys(PARTS).map((name) => [name, [version(`widget_${name}.js`), integrity(`widget_${name}.js`)]]);
const define = { MADE, PARTS: JSON.stringify(Object.fromEntries(held)) };
await island({ here, name: "widget", entry: "src/main.tsx", most: 12_700, define, small: true, tags: true });
