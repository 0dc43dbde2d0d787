import { describe, expect, test } from "vitest";
import { type Verified, verifyPage } from "../../src/http/pages/verify.ts";
import { verifyLanguage } from "../../src/http/pages/verify-words.ts";

const VALID: Verified = {
  valid: true,
  status: "valid",
  learnerName: "Анна Ковалёва",
  courseTitle: "Введение в ботанику",
  issuedAt: "2026-11-01T23:30:00.000Z",
};

const shown = async (result: Verified, acceptLanguage?: string, code = "CERT-AB12CDEFGHJKMN") =>
  String(await verifyPage({ result, origin: "https://lms.example.org", code, acceptLanguage }));

test("the page says in the reader's language what the certificate is worth", async () => {
  expect(await shown(VALID)).toContain("This certificate is valid");
  const russian = await shown(VALID, "ru-RU,ru;q=0.9,en;q=0.8");
  expect(russian).toContain('<html lang="ru">');
  expect(russian).toContain("Сертификат действителен");
  expect(russian).toContain("1 ноября 2026");
});

test("each status has a heading of its own, so that none passes for valid", async () => {
  const headings = await Promise.all(
    (["valid", "expired", "revoked", "unknown"] as const).map(async (status) => {
      const html = await shown({ ...VALID, valid: status === "valid", status });
      return /<h1>([^<]+)<\/h1>/.exec(html)?.[1];
    }),
  );
  expect(new Set(headings).size).toBe(4);
  expect(headings.filter((one) => /is valid/.test(one ?? ""))).toHaveLength(1);
});

test("names of any script stand in their own direction", async () => {
  const html = await shown({ ...VALID, learnerName: "محمد بن عبد الله" });
  expect(html).toMatch(/dir="auto" lang="">محمد بن عبد الله</);
});

test("whatever a name, a title or a code holds is text", async () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='a'>`;
  const html = await shown({ ...VALID, learnerName: evil, courseTitle: evil }, "en", evil);
  expect(html).not.toMatch(/<script|<img src=x/);
  expect(html).toContain("&lt;script&gt;");
});

test("an erased name is said to be erased, and an unknown code shows nobody", async () => {
  expect(await shown({ ...VALID, learnerName: null })).toContain(
    "removed at the learner&#39;s wish",
  );
  const unknown = {
    valid: false,
    status: "unknown",
    learnerName: null,
    courseTitle: null,
    issuedAt: null,
  } as const;
  expect(await shown(unknown)).not.toContain("Awarded to");
});

describe("the language", () => {
  test.each([
    [undefined, "en"],
    ["ru", "ru"],
    ["de-DE,ru;q=0.5", "ru"],
    ["en;q=0.4,ru;q=0.9", "ru"],
    ["en-GB,ru;q=0.9", "en"],
    ["ru;q=0,en", "en"],
    ["*", "en"],
    [";;,,q=", "en"],
  ] as const)("of %s is %s", (header, language) => {
    expect(verifyLanguage(header)).toBe(language);
  });
});
