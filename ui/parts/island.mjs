// How an island is bundled into the program's static files, with a stamp beside it of the sources it was made from.
// `--check` builds into memory and fails when what is committed differs.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const UI = join(dirname(fileURLToPath(import.meta.url)), "..");
export const STATIC = join(UI, "..", "src", "frontdesk", "web", "static");
const MOST_LINES = 250;

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

const sumOf = (bytes, how = "hex") => createHash("sha256").update(bytes).digest(how);

// The same sum as in tools/ui_built.py, which looks where there is no node.
export function sourceSum(here) {
  const shared = [...walk(join(UI, "parts")), join(UI, "package-lock.json")];
  const files = [...walk(join(here, "src")), join(here, "build.mjs"), ...shared];
  const named = files.map((path) => [relative(UI, path).split(sep).join("/"), path]);
  const sum = createHash("sha256");
  for (const [name, path] of named.sort(([a], [b]) => (a < b ? -1 : 1))) {
    sum.update(`${name}\0${sumOf(readFileSync(path))}\n`);
  }
  return sum.digest("hex");
}

function* longFiles(here) {
  for (const path of walk(here)) {
    if (!/\.tsx?$/.test(path) || path.includes("node_modules")) continue;
    const lines = readFileSync(path, "utf8").split("\n").length - 1;
    if (lines > MOST_LINES) yield `${relative(UI, path)} has ${lines} lines, at most ${MOST_LINES}`;
  }
}

// A style sheet as a text, for shadow roots.
const sheets = {
  name: "sheets",
  setup({ onLoad }) {
    onLoad({ filter: /\.sheet\.css$/ }, async ({ path }) => {
      const made = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: made.code.trim(), loader: "text" };
    });
  },
};

export function integrity(name) {
  return `sha256-${sumOf(readFileSync(join(STATIC, name)), "base64")}`;
}

const CALLS = {
  jsx: "transform",
  jsxFactory: "h",
  jsxFragment: "Fragment",
  inject: [join(UI, "parts", "h.ts")],
  // The compiler that checks types has tags as it likes; here they are calls.
  tsconfigRaw: { compilerOptions: { target: "ES2022", verbatimModuleSyntax: true } },
};

// `name`: of the files; `entry`: below `here`; `most`: bytes of the script, gzipped.
// `small`: of pages of others, as few bytes as can be: private names are cut short. `tags`: become calls of Preact's `h`.
export async function island({ here, name, entry, most, define = {}, alias = {}, small = false, tags = false }) {
  const made = await build({
    absWorkingDir: here,
    entryPoints: { [name]: entry },
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022"],
    legalComments: "none",
    charset: "utf8",
    outdir: STATIC,
    write: false,
    define: { "process.env.NODE_ENV": '"production"', ...define },
    plugins: [sheets],
    alias,
    ...(small ? { mangleProps: /^_[a-z]/ } : {}),
    ...(tags ? CALLS : { jsx: "automatic", jsxImportSource: "preact" }),
  });
  const files = Object.fromEntries(made.outputFiles.map((file) => [relative(STATIC, file.path), file.contents]));
  const script = files[`${name}.js`];
  const gzip = gzipSync(script, { level: 9 }).length;
  const stamp = {
    source: sourceSum(here),
    files: Object.fromEntries(Object.entries(files).map(([file, bytes]) => [file, sumOf(bytes)])),
  };
  files[`${name}.built.json`] = Buffer.from(JSON.stringify(stamp, null, 2) + "\n");

  const wrong = [...longFiles(here)];
  if (gzip > most) wrong.push(`${name}.js has ${gzip} bytes gzipped, at most ${most}`);
  for (const [file, bytes] of Object.entries(files)) {
    const path = join(STATIC, file);
    if (!process.argv.includes("--check")) writeFileSync(path, bytes);
    else if (!readFileSync(path).equals(Buffer.from(bytes))) wrong.push(`${file} was built from other sources: make ui`);
  }
  console.log(`${name}.js ${script.length} bytes, ${gzip} gzipped`);
  if (wrong.length) {
    console.error(wrong.join("\n"));
    process.exit(1);
  }
}
