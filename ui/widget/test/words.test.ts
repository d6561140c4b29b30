import { afterEach, expect, test } from "vitest";
import { WORDS as LIST } from "../src/list/en";
import { ENGLISH, learn, said, speak } from "../src/text/words";

afterEach(() => speak(ENGLISH));

test("English has its own forms and numbers", () => {
  learn(LIST);
  expect([1, 3].map((n) => said("new_messages", { n }))).toEqual(["1 new message", "3 new messages"]);
});

test("a form goes by the number, and numbers are written as the language has them", () => {
  const forms = { one: "{n} сообщение", few: "{n} сообщения", many: "{n} сообщений", other: "{n} сообщения" };
  speak({ tag: "ru", dir: "ltr", words: { new_messages: forms } });
  expect([1, 3, 5, 21].map((n) => said("new_messages", { n }))).toEqual(["1 сообщение", "3 сообщения", "5 сообщений", "21 сообщение"]);
  speak({ tag: "ar-EG", dir: "rtl", words: { new_messages: { two: "رسالتان", other: "{n} رسالة" } } });
  expect([2, 12].map((n) => said("new_messages", { n }))).toEqual(["رسالتان", "١٢ رسالة"]);
});

test("a word that the language lacks is said in English, with the forms of English", () => {
  learn(LIST);
  speak({ tag: "ru", dir: "ltr", words: {} });
  expect([1, 2].map((n) => said("new_messages", { n }))).toEqual(["1 new message", "2 new messages"]);
});

test("what a part brings along does not go before the language", () => {
  speak({ tag: "de", dir: "ltr", words: { today: "Heute" } });
  learn(LIST);
  expect(said("today")).toBe("Heute");
});

test("what is filled in is a text, whatever it looks like", () => {
  speak({ tag: "de", dir: "ltr", words: { writes: "{name} schreibt" } });
  expect(said("writes", { name: "{name}<b>$&" })).toBe("{name}<b>$& schreibt");
});
