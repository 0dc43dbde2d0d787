import type { Context, Hono } from "hono";
import { refuse } from "../kernel/error.ts";
import { invalid } from "../kernel/outcome.ts";
import { pageFault } from "../kernel/page.ts";
import { mailboxInput, mailboxOf, mailboxPage } from "../notifications/mailbox.ts";
import { refusalAnswer } from "./answer.ts";
import { queryOf } from "./input.ts";
import type { AppEnv } from "./variables.ts";

/** `GET /dev/mailbox`: the mails that would have been sent. Outside development there is no such route. */
export function mailboxRoute(app: Hono<AppEnv>): void {
  app.get("/dev/mailbox", answerMailbox);
}

async function answerMailbox(c: Context<AppEnv>): Promise<Response> {
  const { config, host } = c.get("platform");
  if (config.ENVIRONMENT !== "development") {
    return refusalAnswer(c, refuse("NOT_FOUND", "There is no such route; see /docs"));
  }
  const parsed = mailboxInput.safeParse(queryOf(c));
  if (!parsed.success) return refusalAnswer(c, invalid(parsed.error));
  const fault = pageFault(parsed.data);
  if (fault) return refusalAnswer(c, fault);
  const { db, batch } = host.databaseFor("*");
  const [rows] = await batch([mailboxPage(db, parsed.data)]);
  return c.json(mailboxOf(parsed.data, rows as Parameters<typeof mailboxOf>[1]), 200, {
    "cache-control": "no-store",
  });
}
