import { expect, test } from "vitest";
import { wanted } from "../src/language";

test("the tag goes before the channel, that before the page, that before the browser", () => {
  expect(wanted("ar", "ru", "de-AT", ["en-GB", "fr"])).toEqual(["ar", "ru", "de-AT", "en-GB", "fr"]);
});

test("who says auto on the tag wants the page's own language", () => {
  expect(wanted("auto", "ru", "de", ["fr"])).toEqual(["de", "fr"]);
});

test("what is no language is as if it were not there", () => {
  const hostile = ["", " ", "undefined", "<img src=x onerror=alert(1)>", "../../evil", "ru;q=1", "en--", "x".repeat(10_000), "constructor!"];
  for (const each of hostile) expect(wanted(each, each, each, [each, "ru"]), each).toEqual(["ru"]);
  expect(wanted("", {} as string, "", [null as unknown as string, "ru"])).not.toContain("{}");
});

test("codes of before, and of systems that write them otherwise, are the ones of today", () => {
  expect(wanted("iw", "in", "pt_BR", ["ZH-hant-tw"])).toEqual(["he", "id", "pt-BR", "zh-Hant-TW"]);
});
