import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Storage } from "../../widget/test/storage";
import { inTab } from "../src/device";

const [device, tab] = [new Storage(), new Storage()];

beforeEach(() => {
  vi.stubGlobal("localStorage", device);
  vi.stubGlobal("sessionStorage", tab);
});

afterEach(() => {
  vi.unstubAllGlobals();
  for (const storage of [device, tab]) storage.stored.clear();
});

test("a tab knows how the window was left", () => {
  device.setItem("frontdesk.ann", "{}");
  expect(inTab("ann")).toBe(null);
  expect(inTab("ann", true)).toBe("1");
  expect(inTab("ann", false)).toBe("");
  expect(inTab("bob")).toBe(null);
});

test("without a conversation nothing is kept of the window, and nothing read", () => {
  expect(inTab("ann", true)).toBe(null);
  expect(tab.length).toBe(0);
  tab.setItem("frontdesk.ann.open", "1");
  expect(inTab("ann")).toBe(null);
});
