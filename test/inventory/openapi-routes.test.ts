import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { app } from "../../src/cloudflare/app.ts";
import { documentOf } from "../../src/http/openapi.ts";
import { pathOf } from "../../src/http/openapi-operations.ts";
import { lms } from "../../src/lms.ts";

/** What hono calls the middleware of every path. */
const EVERYWHERE = "/*";
/** Routes of many operations: what they serve is a list of their own, which the document is made of. */
const BY_LIST = ["/lms/commands/:type", "/lms/queries/:type", "/auth/*", "/docs/:page"];

test("no route exists that the document lacks", () => {
  const { paths } = documentOf(lms);
  const served = app(env).routes.filter(
    ({ path }) => path !== EVERYWHERE && !BY_LIST.includes(path),
  );
  expect(served.length).toBeGreaterThan(lms.routes.length);
  const missing = served.filter(({ method, path }) => {
    const item = paths[pathOf(path)];
    return item?.[method.toLowerCase() as "get"] === undefined;
  });
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("the document tells of no route that does not exist", () => {
  const served = new Set(app(env).routes.map(({ method, path }) => `${method} ${pathOf(path)}`));
  const told = Object.entries(documentOf(lms).paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const byList = /^(?:POST \/lms\/(?:commands|queries)\/lms\.|(?:GET|POST) \/auth\/|GET \/docs\/)/;
  expect(told.filter((one) => !served.has(one) && !byList.test(one))).toEqual([]);
});
