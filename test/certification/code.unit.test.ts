import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizedCode, organizationTag, verificationCode } from "../../src/certification/code.ts";
import { newId } from "../../src/kernel/id.ts";

describe("a verification code", () => {
  test("is CERT-, the organization's four characters, and ten of an alphabet that nobody misreads", () => {
    const orgId = newId();
    for (let made = 0; made < 500; made++) {
      const code = verificationCode(orgId, newId());
      expect(code).toMatch(/^CERT-[0-9A-HJKMNP-TV-Z]{14}$/);
      expect(code.slice(5, 9)).toBe(organizationTag(orgId));
      expect(normalizedCode(code)).toBe(code);
    }
  });

  test("is another for every certificate, made in the same millisecond or not", () => {
    const orgId = newId();
    const codes = Array.from({ length: 20_000 }, () => verificationCode(orgId, newId()));
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("uses its whole alphabet in each of the ten places", () => {
    const tails = Array.from({ length: 3_000 }, () => verificationCode("org", newId()).slice(9));
    for (let place = 0; place < 10; place++) {
      expect(new Set(tails.map((one) => one[place])).size, `place ${place}`).toBe(32);
    }
  });

  test("keeps the organization's tag for ever, whatever the form of the id", () => {
    expect(organizationTag("org")).toBe(organizationTag("org"));
    expect(organizationTag("школа")).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}$/);
    const tags = new Set(Array.from({ length: 1_000 }, () => organizationTag(newId())));
    expect(tags.size).toBeGreaterThan(990);
  });
});

describe("a code typed from paper", () => {
  const code = "CERT-A1B0C2D3E4F5G6";

  test.each([
    "cert-a1b0c2d3e4f5g6",
    "  CERT-A1B0 C2D3E4 F5G6 ",
    "Cert-AIBOC2D3E4F5G6",
    "cert-alboc2d3e4f5g6",
    "CERT-A1B0-C2D3E4-F5G6",
    "CERT-\tA1B0C2D3E4F5G6\n",
  ])("%j is the same code", (typed) => {
    expect(normalizedCode(typed)).toBe(code);
  });

  test.each([
    "",
    "CERT-",
    "CERT-A1B0C2D3E4F5G",
    `${code}7`,
    "A1B0C2D3E4F5G6",
    "CERT-A1B0C2D3E4F5GU",
    "CERT-A1B0C2D3E4F5G!",
    "' OR 1=1 --",
    "ＣＥＲＴ-A1B0C2D3E4F5G6",
  ])("%j is none", (typed) => {
    expect(normalizedCode(typed)).toBeUndefined();
  });

  test("is never an error, and only ever gives the one form", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        for (const text of [typed, `CERT-${typed}`]) {
          expect(normalizedCode(text) ?? code).toMatch(/^CERT-[0-9A-HJKMNP-TV-Z]{14}$/);
        }
      }),
    );
  });
});
