import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { minute } from "../../src/cloudflare/cron.ts";
import { newMeter } from "../../src/cloudflare/d1.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { context, registryOf } from "../../src/kernel/context.ts";
import { type JobPage, job } from "../../src/kernel/job.ts";
import type { TaskRef } from "../../src/kernel/ports.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { DAY, HOUR, MINUTE } from "../../src/kernel/time.ts";
import { advance, rows } from "../harness/world.ts";

type Run = {
  id: string;
  due_at: number;
  finished_at: number | null;
  processed: number;
  failed: number;
};

/** A registry of one job in the true minute, with the queue in the test's hand. */
function stage(page: (cursor: unknown, dueAt: number) => JobPage, { everyMissed = false } = {}) {
  const sent: TaskRef[] = [];
  const name = `test.${crypto.randomUUID()}`;
  const counting = job({
    name,
    summary: "Counts",
    cron: "0 9 * * *",
    everyMissed,
    read: () => ({}),
    run: async (_, { cursor, dueAt }) => page(cursor, dueAt),
  });
  const registry = registryOf([context({ name: "test", jobs: [counting] })]);
  const bindings = {
    ...env,
    // SAFETY: a job uses this method of its queue alone.
    JOBS: {
      sendBatch: async (messages: Iterable<MessageSendRequest<TaskRef>>) => {
        for (const { body } of messages) sent.push(body);
      },
    } as unknown as Queue,
  };
  const trigger = async () => {
    const ctx = createExecutionContext();
    await minute(registry, "* * * * *", bindings, ctx);
    await waitOnExecutionContext(ctx);
  };
  const step = async (ref: TaskRef) => {
    const ctx = createExecutionContext();
    const verdict = await runTask(unitOf(bindings, ctx, newMeter()).host, registry, ref);
    await waitOnExecutionContext(ctx);
    return verdict;
  };
  const runs = () => rows<Run>("SELECT * FROM lms_job_runs WHERE job = ?1 ORDER BY due_at", name);
  return { sent, trigger, step, runs };
}

const NINE = Date.UTC(2027, 2, 1, 9);
const at = (instant: number) => advance(instant - clock.now());

beforeEach(() => {
  clock.now = () => Date.now();
  at(NINE);
});

describe("the trigger of every minute", () => {
  test("starts a job at its minute once, though two triggers come at once and more after it", async () => {
    const { sent, trigger, runs } = stage(() => ({ processed: 0 }));
    await Promise.all([trigger(), trigger(), trigger()]);
    await trigger();
    at(NINE + MINUTE);
    await trigger();
    expect(sent).toHaveLength(1);
    expect(await runs()).toMatchObject([{ due_at: NINE, finished_at: null, processed: 0 }]);
  });

  test("starts after an outage the last minute that was missed, alone", async () => {
    const { trigger, runs } = stage(() => ({ processed: 0 }));
    await trigger();
    at(NINE + 3 * DAY + 5 * HOUR);
    await trigger();
    expect((await runs()).map((one) => one.due_at)).toEqual([NINE, NINE + 3 * DAY]);
  });

  test("starts after an outage each day that was missed, where the job says so", async () => {
    const { trigger, runs } = stage(() => ({ processed: 0 }), { everyMissed: true });
    await trigger();
    at(NINE + 3 * DAY + 5 * HOUR);
    await trigger();
    const days = [0, 1, 2, 3].map((day) => NINE + day * DAY);
    expect((await runs()).map((one) => one.due_at)).toEqual(days);
  });

  test("leaves no run without its task: both are one batch", async () => {
    const { trigger, runs } = stage(() => ({ processed: 0 }));
    await trigger();
    const [run] = await runs();
    const tasks = await rows("SELECT state FROM lms_tasks WHERE subject = ?1", run?.id);
    expect(tasks).toEqual([{ state: "ready" }]);
  });
});

describe("a run", () => {
  test("goes from page to page by its cursor, counts each and ends with the last", async () => {
    const seen: unknown[] = [];
    const { sent, trigger, step, runs } = stage((cursor) => {
      seen.push(cursor);
      return cursor === null ? { processed: 200, failed: 1, next: ["a", 1] } : { processed: 7 };
    });
    await trigger();
    const [ref] = sent;
    if (!ref) throw new Error("Nothing was sent");
    expect(await step(ref)).toEqual({ again: true, inMs: 0 });
    expect(await runs()).toMatchObject([{ processed: 200, failed: 1, finished_at: null }]);
    expect(await step(ref)).toEqual({ again: false });
    expect(await runs()).toMatchObject([
      { processed: 207, failed: 1, finished_at: expect.any(Number) },
    ]);
    expect(seen).toEqual([null, ["a", 1]]);
  });

  test("knows the minute that it stands for, however late it runs", async () => {
    const due: number[] = [];
    const { sent, trigger, step } = stage((_, dueAt) => {
      due.push(dueAt);
      return { processed: 0 };
    });
    await trigger();
    at(NINE + 2 * HOUR);
    for (const ref of sent) await step(ref);
    expect(due).toEqual([NINE]);
  });

  test("that keeps failing is over after its last try, and says so", async () => {
    const { sent, trigger, step, runs } = stage(() => {
      throw new Error("This page cannot be done");
    });
    await trigger();
    const [ref] = sent;
    if (!ref) throw new Error("Nothing was sent");
    for (let attempt = 0; attempt < 8; attempt++) {
      await step(ref);
      advance(DAY);
    }
    expect(await runs()).toMatchObject([{ processed: 0, failed: 1 }]);
    expect((await runs())[0]?.finished_at).not.toBeNull();
    const letters = await rows("SELECT state FROM lms_dead_letters WHERE task_id = ?1", ref.id);
    expect(letters).toEqual([{ state: "dead" }]);
  });
});
