import { beforeAll, expect, test } from "vitest";
import type { Why } from "../src/api/why";
import { say } from "../src/text/t";
import { whyRows } from "../src/text/why";

const nothing: Why = { version: 4, heard: "", considered: [], started: null, steps: [], actions: [], knowledge: [], models: [] };
const NAMES = ["why_heard", "why_intents", "why_flow", "why_steps", "why_actions", "why_articles", "why_nothing_found", "why_model", "why_model_wrote", "why_model_answered", "why_model_unasked"];

beforeAll(() => say({ ...Object.fromEntries(NAMES.map((name) => [name, name])), why_model_silent: "silent: {reason}" }, "en"));

const told = (part: Partial<Why>): Record<string, string[]> => Object.fromEntries(whyRows({ ...nothing, ...part }).map((row) => [row.name, row.said]));

test("what did not happen is not told, but that no model was asked is", () => {
  expect(told({})).toEqual({ why_model: ["why_model_unasked"] });
});

test("intents with their scores, the flow and what started it, steps and systems in their order", () => {
  const rows = told({
    heard: "pay <b>***</b>",
    considered: [
      { name: "pay", score: 0.916 },
      { name: "account", score: null },
    ],
    started: { flow: "pay", by: "intent", what: "pay" },
    steps: [
      { flow: "pay", step: "#1", type: "call" },
      { flow: "fallback", step: "", type: "say" },
    ],
    actions: [{ name: "Balance", outcome: "error", status: 503, reason: "away", ms: 12 }],
  });
  expect(rows).toEqual({
    why_heard: ["pay <b>***</b>"],
    why_intents: ["pay, 92 %", "account"],
    why_flow: ["pay"],
    why_steps: ["pay/#1, call", "fallback, say"],
    why_actions: ["Balance, error, 503, 12 ms, away"],
    why_model: ["why_model_unasked"],
  });
  expect(told({ started: { flow: "pay", by: "pattern", what: "pay *" } })["why_flow"]).toEqual(["pay, pay *"]);
});

test("articles that were used, and whether a model wrote or spoke", () => {
  const wrote = told({ knowledge: [{ outcome: "found", how: "model", articles: ["Delivery"] }] });
  expect([wrote["why_articles"], wrote["why_model"]]).toEqual([["Delivery"], ["why_model_wrote"]]);
  const none = told({ knowledge: [{ outcome: "none", how: "", articles: [] }], models: [{ outcome: "unavailable", reason: "no AI service is set up" }] });
  expect([none["why_articles"], none["why_model"]]).toEqual([["why_nothing_found"], ["silent: no AI service is set up"]]);
  expect(told({ models: [{ outcome: "says", reason: "" }] })["why_model"]).toEqual(["why_model_answered"]);
});
