import { sql } from "drizzle-orm";
import type { Context } from "hono";
import { isRefusal } from "../kernel/error.ts";
import { OVERDUE_MS } from "../kernel/outbox.ts";
import { settingsOf } from "../kernel/settings.ts";
import { LMS_MANIFEST } from "../manifest.ts";
import { VERSION } from "../version.ts";
import { operatorOf } from "./operator.ts";
import type { Platform } from "./platform.ts";
import type { AppEnv } from "./variables.ts";

type Ctx = Context<AppEnv>;

export const health = (c: Ctx): Response => c.json({ status: "alive" });

/** The parts that Lyceum cannot do without, each asked in the moment; to the operator also how far it lags. */
export async function healthOfParts(c: Ctx): Promise<Response> {
  const platform = c.get("platform");
  const operator = await operatorOf(c.req.raw, platform.config.OPERATOR_KEY);
  const [database, files] = await Promise.allSettled([
    isRefusal(operator) ? answers(platform) : lag(platform),
    platform.host.ports.files.get("health"),
  ]);
  const up = (one: PromiseSettledResult<unknown>) => (one.status === "fulfilled" ? "up" : "down");
  const parts = { database: up(database), files: up(files) };
  const healthy = Object.values(parts).every((one) => one === "up");
  const body = {
    status: healthy ? "healthy" : "unhealthy",
    version: VERSION,
    features: settingsOf(platform.config.SETTINGS).features,
    entities: LMS_MANIFEST.entities.length,
    parts,
    ...(database.status === "fulfilled" ? database.value : {}),
  };
  return c.json(body, healthy ? 200 : 503);
}

async function answers({ host }: Platform): Promise<Record<string, never>> {
  const { db, batch } = host.databaseFor("*", "any");
  await batch([db.all(sql`select 1 as up`)]);
  return {};
}

async function lag({ host }: Platform): Promise<Record<string, number>> {
  const { db, batch } = host.databaseFor("*", "any");
  const now = host.now();
  const [rows] = await batch([
    db.all(sql`select
      (select coalesce(max(${now} - occurred_at), 0) from domain_event_log where settled_at is null)
        as outboxLagMs,
      (select count(*) from lms_tasks
        where state = 'ready' and max(next_at, created_at) <= ${now - OVERDUE_MS}) as tasksOverdue,
      (select count(*) from lms_dead_letters where state = 'dead') as deadLetters`),
  ]);
  return (rows as Record<string, number>[])[0] ?? {};
}

export const manifest = (c: Ctx): Response => c.json(LMS_MANIFEST);
