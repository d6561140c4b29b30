import { expect, test } from "vitest";
import { letterOf } from "../src/text/letter";

test("a key means its letter, and what is printed on it where the layout has no Latin letter there", () => {
  expect(letterOf({ key: "T", code: "KeyT" })).toBe("t");
  expect(letterOf({ key: "е", code: "KeyT" })).toBe("t");
  expect(letterOf({ key: "Я", code: "KeyZ" })).toBe("z");
  // Other Latin layouts are followed as they are: on a Dvorak keyboard the key of T types Y.
  expect(letterOf({ key: "y", code: "KeyT" })).toBe("y");
  expect(letterOf({ key: "é", code: "Digit2" })).toBe("é");
  expect(letterOf({ key: "Enter", code: "Enter" })).toBe("enter");
  expect(letterOf({ key: "?", code: "Digit7" })).toBe("?");
});
