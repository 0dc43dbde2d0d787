import { sql } from "drizzle-orm";
import type { Context } from "hono";
import { settingsOf } from "../kernel/settings.ts";
import { manifestOf } from "../manifest.ts";
import { VERSION } from "../version.ts";
import { constantTimeEqual } from "./constant-time.ts";
import type { Platform } from "./platform.ts";
import type { AppEnv } from "./variables.ts";

type Ctx = Context<AppEnv>;

export const health = (c: Ctx): Response => c.json({ status: "alive" });

/** The parts that Lyceum cannot do without, each asked in the moment. */
export async function healthOfParts(c: Ctx): Promise<Response> {
  const platform = c.get("platform");
  const checks = { database: () => lag(platform), files: () => filesAnswer(platform) };
  const [database, files] = await Promise.allSettled([checks.database(), checks.files()]);
  const up = (one: PromiseSettledResult<unknown>) => (one.status === "fulfilled" ? "up" : "down");
  const parts = { database: up(database), files: up(files) };
  const healthy = Object.values(parts).every((one) => one === "up");
  const sent = c.req.header("authorization")?.replace(/^Bearer /, "") ?? "";
  const operator = await constantTimeEqual(sent, platform.config.OPERATOR_KEY);
  const body = {
    status: healthy ? "healthy" : "unhealthy",
    version: VERSION,
    features: settingsOf(platform.config.SETTINGS).features,
    entities: manifestOf(platform.registry).entities.length,
    parts,
    ...(operator && database.status === "fulfilled" ? database.value : {}),
  };
  return c.json(body, healthy ? 200 : 503);
}

/** How far what follows the answers is behind. */
async function lag({ host }: Platform): Promise<Record<string, number>> {
  const { db, batch } = host.databaseFor("*", "any");
  const now = host.now();
  const [rows] = await batch([
    db.all(sql`select
      (select coalesce(max(${now} - occurred_at), 0) from domain_event_log where settled_at is null)
        as outboxLagMs,
      (select count(*) from lms_tasks where state = 'ready' and next_at <= ${now}) as tasksOverdue,
      (select count(*) from lms_dead_letters where state = 'dead') as deadLetters`),
  ]);
  return (rows as Record<string, number>[])[0] ?? {};
}

const filesAnswer = ({ host }: Platform) => host.ports.files.get("health");

export const manifest = (c: Ctx): Response => c.json(manifestOf(c.get("platform").registry));
