import { exports } from "cloudflare:workers";
import { expect, test } from "vitest";
import { CODES } from "../../src/kernel/error.ts";
import { lms } from "../../src/lms.ts";
import { http, ORIGIN } from "../harness/world.ts";

const PAGES = [
  "/live/01a1fd76-d8de-7194-87a3-ae8dc4ab889b",
  "/",
  "/docs",
  "/docs/errors",
  "/docs/event-types",
  "/docs/enrollment",
  "/docs/people",
];

const page = async (path: string) => {
  const answer = await http("GET", path);
  return { ...answer, html: String(answer.body.text ?? "") };
};

test("every page keeps the strict policy: no inline style or script, nothing from elsewhere", async () => {
  for (const path of PAGES) {
    const { status, headers, html } = await page(path);
    expect([path, status, headers.get("content-type")]).toEqual([
      path,
      200,
      "text/html; charset=UTF-8",
    ]);
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html.match(/<style|\sstyle=|\son\w+=|<script(?![^>]* src="\/pages\/)/gi)).toBeNull();
    const loaded = [...html.matchAll(/<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"/g)].map(
      (one) => one[1],
    );
    expect(loaded.filter((one) => !one?.startsWith("/pages/"))).toEqual([]);
  }
});

test("a session's page is there for every id in the caller's language, and for nothing else", async () => {
  const path = "/live/01a1fd76-d8de-7194-87a3-ae8dc4ab889b";
  const asked = await http("GET", path, { headers: { "accept-language": "ru-RU,ru;q=0.9" } });
  expect(asked.body.text).toContain('<html lang="ru">');
  expect(asked.headers.get("cache-control")).toBe("private, no-cache");
  expect((await http("GET", "/live/nothing")).body.code).toBe("NOT_FOUND");
});

test("what the pages load is there", async () => {
  const { html } = await page("/docs");
  const loaded = [...html.matchAll(/(?:href|src)="(\/pages\/[^"]+)"/g)].map((one) =>
    String(one[1]),
  );
  expect(loaded.length).toBeGreaterThanOrEqual(3);
  for (const path of loaded) {
    const answer = await exports.default.fetch(`${ORIGIN}${path}`);
    expect([path, answer.status, answer.headers.get("x-content-type-options")]).toEqual([
      path,
      200,
      "nosniff",
    ]);
    await answer.body?.cancel();
  }
  expect((await http("GET", "/pages/nothing.css")).body.code).toBe("NOT_FOUND");
});

test("every link of the reference leads to a page, and to a place on it", async () => {
  const pages = new Map<string, string>();
  const read = async (path: string): Promise<string> => {
    const known = pages.get(path);
    if (known !== undefined) return known;
    const { status, html } = await page(path);
    expect([path, status]).toEqual([path, 200]);
    pages.set(path, html);
    return html;
  };
  const areas = lms.contexts.filter((one) => one.routes?.length).map((one) => `/docs/${one.name}`);
  for (const from of [...PAGES, ...areas]) {
    const html = await read(from);
    for (const [, href = ""] of html.matchAll(/<a [^>]*href="([^"]+)"/g)) {
      const { pathname, hash } = new URL(href, `${ORIGIN}${from}`);
      if (!pathname.startsWith("/docs")) continue;
      const target = await read(pathname);
      if (hash)
        expect([from, href, target.includes(`id="${hash.slice(1)}"`)]).toEqual([from, href, true]);
    }
  }
});

test("every error code is explained where a problem's type leads", async () => {
  const { html } = await page("/docs/errors");
  const { body } = await http("GET", "/lms/me", { headers: { "x-org-id": "nowhere" } });
  expect(body.type).toMatch(/^\/docs\/errors#[A-Z_]+$/);
  for (const code of CODES) expect(html).toContain(`id="${code}"`);
});

test("every operation stands in the reference", async () => {
  const { html } = await page("/docs");
  for (const { path } of lms.routes) expect(html).toContain(path.replaceAll(/:(\w+)/g, "{$1}"));
});

test("the document is served with an ETag that saves sending it again", async () => {
  const first = await http("GET", "/openapi.json");
  expect(first.body.openapi).toBe("3.1.0");
  const etag = first.headers.get("etag") ?? "";
  const again = await http("GET", "/openapi.json", { headers: { "if-none-match": etag } });
  expect([again.status, again.body.text]).toEqual([304, ""]);
});

test("neither the pages nor the document cost a round trip to the database", async () => {
  for (const path of [...PAGES, "/openapi.json"])
    expect([path, (await http("GET", path)).trips]).toEqual([path, 0]);
});

test("an unknown area is a problem, not a page", async () => {
  const answer = await http("GET", "/docs/nowhere");
  expect([answer.status, answer.body.code]).toEqual([404, "NOT_FOUND"]);
});

test("a browser gets the verification as a page, a program as JSON, and no cache mixes them up", async () => {
  const path = "/lms/verify/CERT-NONE2345678";
  const shown = await http("GET", path, {
    headers: { accept: "text/html,*/*;q=0.8", "accept-language": "ru" },
  });
  expect(shown.status).toBe(200);
  expect(shown.body.text).toContain("Такого сертификата нет");
  const told = await http("GET", path);
  expect([told.status, told.body.status]).toEqual([200, "unknown"]);
  for (const { headers } of [shown, told]) {
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("vary")).toContain("Accept");
  }
});
