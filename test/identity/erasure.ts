import { clock } from "../../src/cloudflare/clock.ts";
import { MINUTE } from "../../src/kernel/time.ts";
import { advance, drain, type Person, rows } from "../harness/world.ts";
import { type Fault, faultyWorker, minutely } from "../reliability/worker.ts";

/** What a step of a task writes last, whether it went well or not. */
const STEP_WRITTEN = /update "lms_tasks" set "state"/;

/** A Worker that dies in every step of a task, before what it did is written and after in turn. */
export function dyingWorker() {
  const faults: Fault[] = [];
  const worker = faultyWorker({ faults });
  return {
    http: worker.http,
    /** Runs an organization's tasks of a kind while one is due; how often it died on the way. */
    async run(orgId: string, kind: string): Promise<number> {
      let died = 0;
      for (;;) {
        const [due] = await rows<{ id: string }>(
          `SELECT id FROM lms_tasks WHERE organization_id = ? AND kind = ? AND state = 'ready'
             AND next_at <= ?`,
          orgId,
          kind,
          clock.now() + 6 * MINUTE,
        );
        if (!due) return died;
        const ref = { id: due.id, orgId, queue: "jobs" as const };
        advance(6 * MINUTE);
        const moment = died % 2 === 0 ? "before" : "after";
        faults.push({ on: STEP_WRITTEN, moment, times: moment === "before" ? 2 : 1 });
        await worker.consume("lms-jobs", [ref]);
        died++;
        advance(6 * MINUTE);
        faults.length = 0;
        await worker.consume("lms-jobs", [ref]);
      }
    },
  };
}

/** The minute's cron after a while: what waited is due, what was lost is sent again. */
export async function later(orgId: string, ms = 8 * MINUTE): Promise<void> {
  advance(ms);
  await minutely();
  await drain(orgId);
}

export const erasing = (as: Person, learnerId: string, confirm = learnerId) =>
  ["POST", `/lms/admin/learners/${learnerId}/erase`, { as, body: { confirm } }] as const;
