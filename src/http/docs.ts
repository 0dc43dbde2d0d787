import type { Context, Hono } from "hono";
import { refuse } from "../kernel/error.ts";
import { refusalAnswer } from "./answer.ts";
import { openApi, openApiOf } from "./openapi.ts";
import { eventTypesPage } from "./pages/event-types.ts";
import { homePage } from "./pages/home.ts";
import { areaPage, errorsPage, indexPage } from "./pages/reference.ts";
import type { Html } from "./pages/shell.ts";
import type { AppEnv } from "./variables.ts";

type Ctx = Context<AppEnv>;

type Assets = (request: Request) => Promise<Response>;

/** Mounts `/`, `/openapi.json`, the reference, and the assets of all pages. */
export function docsRoutes(app: Hono<AppEnv>, assets: Assets): void {
  app.get("/pages/:file", async (c) => {
    const answer = await assets(c.req.raw);
    // A copy: the headers of what was fetched can't be added to.
    return answer.status === 404 ? noPage(c) : new Response(answer.body, answer);
  });
  app.get("/", home);
  app.get("/openapi.json", openApi);
  app.get("/docs", async (c) => shown(c, indexPage(await documentFor(c), originOf(c))));
  app.get("/docs/errors", async (c) => shown(c, errorsPage(await documentFor(c))));
  app.get("/docs/event-types", async (c) =>
    shown(c, eventTypesPage(await documentFor(c), c.get("platform").registry)),
  );
  app.get("/docs/:area", async (c) => {
    const page = areaPage(await documentFor(c), originOf(c), c.req.param("area"));
    return page === undefined ? noPage(c) : shown(c, page);
  });
}

const noPage = (c: Ctx): Response =>
  refusalAnswer(c, refuse("NOT_FOUND", "There is no such page; see /docs"));

const documentFor = async (c: Ctx) => (await openApiOf(c.get("platform").registry)).document;
const originOf = (c: Ctx): string => c.get("platform").config.ORIGIN;

function home(c: Ctx): Promise<Response> {
  const { registry, config } = c.get("platform");
  const { commands, queries, events } = registry;
  return shown(
    c,
    homePage({
      environment: config.ENVIRONMENT,
      commands: commands.size,
      queries: queries.size,
      events: events.size,
    }),
  );
}

async function shown(c: Ctx, page: Html): Promise<Response> {
  c.header("cache-control", "public, max-age=300");
  return c.html(await page);
}
