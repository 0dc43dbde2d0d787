import type { Hono } from "hono";
import { refuse } from "../kernel/error.ts";
import { hasIdForm } from "../kernel/id.ts";
import { languageOf } from "../notifications/statements.ts";
import { refusalAnswer } from "./answer.ts";
import { livePage } from "./pages/live.ts";
import type { AppEnv } from "./variables.ts";

/** `/live/{sessionId}`: the same for everybody; whether there is such a session its script asks, signed in. */
export function livePageRoute(app: Hono<AppEnv>): void {
  app.get("/live/:sessionId", async (c) => {
    const sessionId = c.req.param("sessionId");
    if (!hasIdForm(sessionId)) {
      return refusalAnswer(c, refuse("NOT_FOUND", "There is no such page; see /docs"));
    }
    const language = languageOf(c.req.header("accept-language"));
    const headers = { "cache-control": "private, no-cache", vary: "Accept-Language" };
    return c.html(await livePage({ sessionId, language }), 200, headers);
  });
}
