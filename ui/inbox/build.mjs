// Bundles the inbox into the program's static files, and writes beside them which sources they were made from.
// `--check` builds into memory and fails when what is committed differs.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "..", "src", "frontdesk", "web", "static");
const MOST_GZIP_BYTES = 60_000;
const MOST_LINES = 250;

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

// The same sum as tools/ui_built.py, which looks where there is no node.
function sourceHash() {
  const sum = createHash("sha256");
  const files = [...walk(join(here, "src")), join(here, "build.mjs"), join(here, "..", "package-lock.json")];
  const named = files.map((path) => [relative(join(here, ".."), path).split(sep).join("/"), path]);
  for (const [name, path] of named.sort(([a], [b]) => (a < b ? -1 : 1))) {
    sum.update(`${name}\0${createHash("sha256").update(readFileSync(path)).digest("hex")}\n`);
  }
  return sum.digest("hex");
}

function longFiles() {
  const long = [];
  for (const path of [...walk(join(here, "src")), ...walk(join(here, "test"))]) {
    const lines = readFileSync(path, "utf8").split("\n").length - 1;
    if (lines > MOST_LINES && /\.tsx?$/.test(path)) long.push(`${relative(here, path)} has ${lines} lines, at most ${MOST_LINES}`);
  }
  return long;
}

const made = await build({
  absWorkingDir: here,
  entryPoints: { inbox: "src/main.tsx" },
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  charset: "utf8",
  outdir: target,
  write: false,
  define: { "process.env.NODE_ENV": '"production"' },
});
const files = Object.fromEntries(made.outputFiles.map((file) => [relative(target, file.path), file.contents]));
const gzip = gzipSync(files["inbox.js"], { level: 9 }).length;
const stamp = {
  source: sourceHash(),
  files: Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")]),
  ),
};
files["inbox.built.json"] = Buffer.from(JSON.stringify(stamp, null, 2) + "\n");

const wrong = longFiles();
if (gzip > MOST_GZIP_BYTES) wrong.push(`inbox.js has ${gzip} bytes gzipped, at most ${MOST_GZIP_BYTES}`);
for (const [name, bytes] of Object.entries(files)) {
  const path = join(target, name);
  if (!process.argv.includes("--check")) writeFileSync(path, bytes);
  else if (!readFileSync(path).equals(Buffer.from(bytes))) wrong.push(`${name} was built from other sources: make ui`);
}
console.log(`inbox.js ${files["inbox.js"].length} bytes, ${gzip} gzipped`);
if (wrong.length) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
