import { describe, expect, it } from "vitest";
import { line, prose } from "../../src/kernel/text.ts";

const taken = (schema: ReturnType<typeof line>, text: string) => schema.safeParse(text).success;

describe("a line", () => {
  it("takes names of every script, trimmed", () => {
    for (const name of ["Мария Кюри", "محمد بن", "अनिल", "王小明", "Zoë 👩‍🏫"]) {
      expect(line(200).parse(` ${name} `)).toBe(name);
    }
  });
  it("takes nothing that a name or an index cannot hold", () => {
    for (const text of ["", "   ", "a\u0000b", "a\nb", "a\u0085b", "a\ud800b", "x".repeat(201)]) {
      expect(taken(line(200), text), JSON.stringify(text)).toBe(false);
    }
  });
});

describe("prose", () => {
  it("keeps its line breaks, and has no other control characters", () => {
    expect(prose(200).parse("One.\r\n\tTwo.")).toBe("One.\r\n\tTwo.");
    for (const text of ["a\u0000b", "a\u001bb", "a\udc00b"]) {
      expect(taken(prose(200), text), JSON.stringify(text)).toBe(false);
    }
  });
});
