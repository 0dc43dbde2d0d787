import type { Hono } from "hono";
import { refuse } from "../kernel/error.ts";
import { calendarOf } from "../live/calendar-feed.ts";
import { refusalAnswer } from "./answer.ts";
import { matches } from "./etag.ts";
import type { AppEnv } from "./variables.ts";

const FILE = /^([\w-]{43})\.ics$/;

const NO_CALENDAR = refuse(
  "NOT_FOUND",
  "There is no such calendar, or no longer; get a new link from POST /lms/me/calendar",
);

/** `/lms/calendar/{token}.ics`: its secret says whose sessions these are; calendar programs sign in nowhere. */
export function calendarRoute(app: Hono<AppEnv>): void {
  app.get("/lms/calendar/:file", async (c) => {
    const token = FILE.exec(c.req.param("file"))?.[1];
    const { host } = c.get("platform");
    const cohortId = c.req.query("cohortId");
    const text = token === undefined ? undefined : await calendarOf(host, { token, cohortId });
    if (text === undefined) return refusalAnswer(c, NO_CALENDAR);
    const etag = await etagOfText(text);
    const headers = {
      "cache-control": "private, no-cache",
      etag,
      "referrer-policy": "no-referrer",
      vary: "Authorization, Cookie",
    };
    if (matches(c.req.header("if-none-match"), etag)) return c.body(null, 304, headers);
    return c.body(text, 200, {
      ...headers,
      "content-type": "text/calendar; charset=utf-8",
      "content-disposition": 'inline; filename="sessions.ics"',
    });
  });
}

async function etagOfText(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `"${Buffer.from(digest).toString("base64url").slice(0, 22)}"`;
}
