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
  app.get("/docs/:page", async (c) => {
    const page = await pageNamed(c, c.req.param("page"));
    return page === undefined ? noPage(c) : shown(c, page);
  });
}

/** One route for them all: a fixed name beside a parameter is more than the fastest router takes. */
async function pageNamed(c: Ctx, name: string): Promise<Html | undefined> {
  const document = await documentFor(c);
  if (name === "errors") return errorsPage(document);
  if (name === "event-types") return eventTypesPage(document, c.get("platform").registry);
  return areaPage(document, originOf(c), name);
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
