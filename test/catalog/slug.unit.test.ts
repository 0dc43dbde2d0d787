import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { scripts, slug, slugBeside, slugOf } from "../../src/catalog/slug.ts";
import { newId } from "../../src/kernel/id.ts";

beforeAll(() => scripts.load());

it.each([
  ["Introduction to TypeScript!", "introduction-to-typescript"],
  ["Ёлка и съезд: начало", "yolka-i-sezd-nachalo"],
  ["Čeština pro začátečníky", "cestina-pro-zacatecniky"],
  ["Größe & Maß", "grosse-mass"],
  ["C++ для детей", "c-dlya-detey"],
])("makes %s to %s", (title, expected) => {
  expect(slugOf(title, "nothing")).toBe(expected);
});

it.each([
  "学习编程",
  "プログラミング入門",
  "한국어 배우기",
  "تعلم البرمجة",
  "हिन्दी सीखें",
  "Μαθηματικά",
  "ქართული ენა",
  "Հայերեն",
  "עברית",
  "ภาษาไทย",
])("makes ASCII words of %s", (title) => {
  const made = slugOf(title, "nothing");
  expect(made).not.toBe("nothing");
  expect(slug.safeParse(made).success).toBe(true);
});

it("falls back where a title has no letter, and where it looks like an id", () => {
  expect(slugOf("!!! ???", "course-1")).toBe("course-1");
  expect(slugOf(newId(), "course-1")).toBe("course-1");
});

it("is always well-formed, and short enough to stand beside a taken one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (title) => {
      const made = slugOf(title, "course-1");
      expect(slug.safeParse(made).success).toBe(true);
      expect(slug.safeParse(slugBeside(made, newId())).success).toBe(true);
    }),
  );
});
