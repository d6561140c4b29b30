import { expect, test } from "vitest";
import { solid } from "../src/color";
import { type Config, contextOf, options, pageOf, whole } from "../src/options";

const color = (given: string) => solid(given, (name) => (name === "tomato" ? "#ff6347" : ""));
const read = (attributes: Record<string, string>, config: Config = {}) =>
  options((name) => attributes[name] ?? null, config, color);

test("nothing said is the default", () => {
  const found = read({});
  expect([found.corner, found.color, found.theme, found.width, found.height, found.zIndex]).toEqual([
    "bottom-right", "#0071e3", "auto", 380, 620, 2147483647,
  ]);
});

test("the tag goes before the channel", () => {
  const config = { position: "top-left", primary_color: "#111111", theme: "dark", title: "Shop" };
  const found = read({ "data-position": "bottom-left", "data-primary-color": "tomato", "data-title": "Help" }, config);
  expect([found.corner, found.color, found.theme, found.title]).toEqual(["bottom-left", "#ff6347", "dark", "Help"]);
});

test.each([
  ["data-position", "middle", "corner", "bottom-right"],
  ["data-position", "<img onerror=alert(1)>", "corner", "bottom-right"],
  ["data-theme", "url(x)", "theme", "auto"],
  ["data-primary-color", "javascript:alert(1)", "color", "#0071e3"],
  ["data-primary-color", "#ff0000;x:y", "color", "#0071e3"],
  ["data-width", "1e9", "width", 380],
  ["data-width", "999999999999999999", "width", 380],
  ["data-width", "5000", "width", 520],
  ["data-height", "-4", "height", 620],
  ["data-z-index", "0", "zIndex", 1],
  ["data-auto-open", "yes", "autoOpen", false],
] as const)("%s=%s", (name, value, option, expected) => expect(read({ [name]: value })[option]).toBe(expected));

test("numbers may have their unit, and are moved to the nearer bound", () => {
  expect([whole("400px", 300, 520, 380), whole("", 300, 520, 380), whole("12", 300, 520, 380)]).toEqual([400, 380, 300]);
});

test("colors", () => {
  expect([color("#ABC"), color("tomato"), color("rgb(1,2,3)"), color("nocolor"), color("")]).toEqual([
    "#aabbcc", "#ff6347", null, null, null,
  ]);
});

const NOTHING = { kind: "", title: "", url: "" };

test("what the page says of itself are texts, and nothing else is", () => {
  expect(contextOf({ kind: " product ", title: "Tarn", url: "/products/tarn", price: "9" } as object)).toEqual({
    kind: "product", title: "Tarn", url: "/products/tarn",
  });
  expect(contextOf({ title: "Tarn" })).toEqual({ ...NOTHING, title: "Tarn" });
  for (const given of [{}, "Tarn", 7, [], { title: 7, url: {}, kind: null }]) expect(contextOf(given as object)).toEqual(NOTHING);
});

test("a title is cut, and an address that would have to be is none", () => {
  expect(contextOf({ title: "t".repeat(301) }).title).toHaveLength(300);
  const most = `/${"x".repeat(1_999)}`;
  expect([contextOf({ url: most }).url, contextOf({ url: `${most}x` }).url]).toEqual([most, ""]);
});

test("the tag says the same in attributes", () => {
  const said: Record<string, string> = { "data-page-context": "product-page", "data-page-title": " Tarn ", "data-page-url": "/tarn" };
  expect(pageOf((name) => said[name] ?? null)).toEqual({ kind: "product-page", title: "Tarn", url: "/tarn" });
  expect(pageOf(() => null)).toEqual(NOTHING);
});
