import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { forgetKept } from "../../src/cloudflare/kept.ts";

/** One workerd serves all files; each begins with an empty world and the true time. */
await reset();
forgetKept();
clock.now = () => Date.now();
// All in one batch: one commit a file instead of one a migration.
const queries = env.TEST_MIGRATIONS.flatMap((migration) => migration.queries);
await applyD1Migrations(env.DB, [{ name: "all", queries }]);

const POLL_MS = 50;
/** What has not moved for so long was left undone on purpose. */
const STILL_POLLS = 6;
const POLLS_MAX = 100;

const LEFT = `SELECT (SELECT count(*) FROM domain_event_log WHERE settled_at IS NULL)
  + (SELECT count(*) FROM lms_tasks WHERE state = 'ready' AND next_at <= ?) AS count`;

/** Work that outlives the world it was set off in keeps workerd from ending. */
afterAll(async () => {
  let last = -1;
  let still = 0;
  for (let poll = 0; poll < POLLS_MAX && still < STILL_POLLS; poll++) {
    const left = await env.DB.prepare(LEFT).bind(clock.now()).first<number>("count");
    if (left === 0) return;
    still = left === last ? still + 1 : 0;
    last = left ?? 0;
    await scheduler.wait(POLL_MS);
  }
});
