import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { integrity, island, sourceSum, STATIC } from "../parts/island.mjs";

const here = import.meta.dirname;
const MADE = JSON.stringify(sourceSum(here).slice(0, 12));
// Fetched when something first needs them; the widget holds them to what it was built with. Script and the bytes it may have.
const PARTS = { files: 5_000, forms: 4_000, list: 6_600, more: 4_000, rich: 5_000, talk: 5_500 };
// Each file of them is a language; `tools/ui_built.py` makes the same scripts of them.
const WORDS = join(here, "..", "..", "src", "frontdesk", "locales", "widget");
const MOST_WORDS = 8_000;

const languages = readdirSync(WORDS).sort().map((file) => file.replace(/\.json$/, ""));

for (const code of languages) {
  const { name, ...spoken } = JSON.parse(readFileSync(join(WORDS, `${code}.json`), "utf8"));
  const script = Buffer.from(`document.currentScript.begin=${JSON.stringify(spoken)};\n`);
  const gzip = gzipSync(script, { level: 9 }).length;
  const path = join(STATIC, `widget_words_${code}.js`);
  const wrong = [];
  if (gzip > MOST_WORDS) wrong.push(`${name} (${code}) has ${gzip} bytes gzipped, at most ${MOST_WORDS}`);
  if (!process.argv.includes("--check")) writeFileSync(path, script);
  else if (!readFileSync(path).equals(script)) wrong.push(`${path} was built from another file: make ui`);
  if (wrong.length) {
    console.error(wrong.join("\n"));
    process.exit(1);
  }
}
const LANGUAGES = JSON.stringify(Object.fromEntries(languages.map((code) => [code, integrity(`widget_words_${code}.js`)])));
await island({ here, name: "widget_languages", entry: "src/text/languages.ts", most: 3_000, define: { LANGUAGES } });

for (const [name, most] of Object.entries(PARTS)) {
  const entry = `src/${name}/main.ts`;
  const alias = { preact: "./src/on_demand/preact.ts" };
  await island({ here, name: `widget_${name}`, entry, most, alias, define: { MADE }, small: true, tags: true });
}
const all = Object.fromEntries(Object.keys(PARTS).map((name) => [name, integrity(`widget_${name}.js`)]));
const define = { MADE, PARTS: JSON.stringify(all) };
// With the loader at most 20,000 as the program serves them, which is what a page has of us until somebody writes; node packs
// them half a percent looser than that.
await island({ here, name: "widget", entry: "src/main.tsx", most: 12_590, define, small: true, tags: true });
