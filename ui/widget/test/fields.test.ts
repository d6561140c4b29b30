import { describe, expect, test } from "vitest";

import { wrongWith } from "../src/forms/field";

describe("an e-mail address in a form", () => {
  test.each(["ada@example.com", "a.b+c@mail.example.com", "o'hara@bücher.example"])("%s is taken", (address) => {
    expect(wrongWith("email", address, true)).toBe("");
  });

  // The program takes none of these either, so a form that did would hold its visitor up.
  test.each(["ada", "ada@example", "jürgen@example.com", "a..b@example.com", ".a@example.com", "a@b_c.com", "a@1.2.3.4"])("%s is not", (address) => {
    expect(wrongWith("email", address, true)).toBe("email_like");
  });
});
