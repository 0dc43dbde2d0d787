import fc from "fast-check";
import { expect, it } from "vitest";
import { matchOf } from "../../src/catalog/search.ts";
import { fold } from "../../src/kernel/text.ts";

it.each([
  ["Ёжик", "ежик"],
  ["ЁЛКА", "елка"],
  ["Café Crème", "cafe creme"],
  ["Straße", "straße"],
  ["ﬁne ｆｕｌｌ", "fine full"],
  ["Ắ", "a"],
  ["تَعَلُّم", "تعلم"],
])("folds %s to %s", (text, folded) => {
  expect(fold(text)).toBe(folded);
});

it("keeps the vowel signs of Devanagari, which are letters there", () => {
  expect(fold("हिन्दी")).toBe("हिन्दी".normalize("NFC"));
});

it("cuts CJK into overlapping pairs, the last one alone too", () => {
  expect(fold("学习编程").trim().split(/\s+/)).toEqual(["学习", "习编", "编程", "程"]);
  expect(fold("データ").trim().split(/\s+/)).toEqual(["デー", "ータ", "タ"]);
  expect(fold("한국어").trim().split(/\s+/)).toEqual(["한국", "국어", "어"]);
});

it("wants every word, each by prefix", () => {
  expect(matchOf("Type Scr")).toBe('"type"* AND "scr"*');
  expect(matchOf("学习编程")).toBe('"学习"* AND "习编"* AND "编程"*');
  expect(matchOf("程")).toBe('"程"*');
});

it.each([
  '"',
  "*",
  "AND",
  "a AND b",
  "NEAR(a b)",
  "title: x",
  "^a",
  "-a",
  "a + b",
  "(",
  "{title}",
  "'; DROP TABLE x --",
])("takes %s as text", (q) => {
  const match = matchOf(q);
  expect(
    match === undefined || /^"[\p{L}\p{N}\p{M}]+"\*(?: AND "[\p{L}\p{N}\p{M}]+"\*)*$/u.test(match),
  ).toBe(true);
});

it("lets nothing but words through, whatever comes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), (q) => {
      const match = matchOf(q) ?? '"x"*';
      expect(match).toMatch(/^"[\p{L}\p{N}\p{M}]+"\*(?: AND "[\p{L}\p{N}\p{M}]+"\*)*$/u);
    }),
  );
});
