import { expect, test } from "vitest";
import { fits, shows } from "../src/paths";

test.each([
  ["/checkout", "/checkout", true],
  ["/checkout/", "/checkout", true],
  ["/checkout/pay", "/checkout", false],
  ["/products/a", "/products/*", true],
  ["/products/a/b", "/products/*", true],
  ["/products", "/products/*", true],
  ["/productsale", "/products/*", false],
  ["/de/products/a", "*/products/*", true],
  ["/a/x/b/y/c", "/a/*/b/*/c", true],
  ["/a/b/c", "/a/*/b/*/c", false],
  ["/anything", "*", true],
  ["/", "/", true],
  ["/(a)", "/(a)", true],
  ["/a", "/(a|b)", false],
  // As browsers have it, and as people write it.
  ["/%D0%BA%D0%BE%D1%80%D0%B7%D0%B8%D0%BD%D0%B0", "/корзина", true],
  ["/%D0%BA%D0%BE%D1%80%D0%B7%D0%B8%D0%BD%D0%B0/1", "/корзина/*", true],
  ["/%D0%BA%D0%BE%D1%80%D0%B7%D0%B8%D0%BD%D0%B0", "/%d0%ba%d0%be%d1%80%d0%b7%d0%b8%d0%bd%d0%b0", true],
  ["/корзина", "/%D0%BA%D0%BE%D1%80%D0%B7%D0%B8%D0%BD%D0%B0", true],
  ["/caf%C3%A9", "/cafe", false],
  ["/%D0%BA%D0%BE%D1%80%D0%B7%D0%B8%D0%BD%D0%B0/100%", "/корзина/*", true],
  ["/%E0%A4%A", "/%E0%A4%A", true],
  ["/%zz%", "/*", true],
  ["/%FF/x", "/checkout", false],
  // A star that is written otherwise is one of the path.
  ["/a*b", "/a%2Ab", true],
  ["/axb", "/a%2Ab", false],
])("%s and %s: %s", (path, pattern, expected) => expect(fits(path, pattern)).toBe(expected));

test("a pattern of many stars takes no time", () => {
  const began = performance.now();
  expect(fits(`/${"a".repeat(50_000)}`, `/${"*a".repeat(2_000)}*b`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(2_000);
});

test.each([
  [{ hideOnPaths: ["/checkout"] }, "/checkout", false],
  [{ hideOnPaths: ["/checkout"] }, "/shop", true],
  [{ showOnPaths: ["/help/*"] }, "/shop", false],
  [{ showOnPaths: ["/help/*"], hideOnPaths: ["/help/secret"] }, "/help/secret", false],
  [{ showOnPaths: ["/help/*"], hideOnPaths: ["/help/secret"] }, "/help/a", true],
  [{ hideOnPaths: "/checkout" }, "/checkout", true],
  [{ hideOnPaths: [null, 3, {}] }, "/checkout", true],
])("%o on %s: %s", (rules, path, expected) => expect(shows(path, rules)).toBe(expected));
