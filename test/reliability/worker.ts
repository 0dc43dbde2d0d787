import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { app } from "../../src/cloudflare/app.ts";
import { consume } from "../../src/cloudflare/consumer.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import type { Envelope } from "../../src/kernel/event.ts";
import type { TaskRef } from "../../src/kernel/ports.ts";
import { forwardEvent } from "../../src/live/channel-tasks.ts";
import worker from "../../src/worker.ts";
import { type Answer, ORIGIN, type Person, rows } from "../harness/world.ts";

/** A batch with a statement like `on` fails so many times, before or after D1 has committed it. */
export type Fault = { on: RegExp; moment: "before" | "after"; times: number; error?: string };

const LOST = "D1_ERROR: Network connection lost.";

/** The Worker over the real D1 and R2, with its queues in the test's hand and faults where it says. */
export function faultyWorker({
  faults = [],
  queuesDown = false,
  limits = "lax",
}: {
  faults?: Fault[];
  queuesDown?: boolean;
  /** `on`: as in production. */
  limits?: "on" | "lax";
} = {}) {
  const events: Envelope[] = [];
  const tasks: TaskRef[] = [];
  const puts: string[] = [];
  const gates: Promise<void>[] = [];
  const bindings: Env & { LIMITS: string } = {
    ...env,
    LIMITS: limits,
    DB: faultyDatabase(faults),
    EVENTS: queueInto(events, queuesDown),
    JOBS: jobsInto(tasks, queuesDown),
    FILES: {
      ...methodsOf(env.FILES),
      put: async (key: string, ...rest: unknown[]) => {
        puts.push(key);
        await gates.shift();
        // SAFETY: the rest of put's own arguments.
        return env.FILES.put(key, ...(rest as [ArrayBuffer]));
      },
    } as R2Bucket,
  };
  return {
    events,
    tasks,
    /** Every key put into the bucket, as often as it was. */
    puts,
    /** The next put waits for it before it writes. */
    gates,
    http: (method: string, path: string, ask: { as: Person; body?: unknown; key?: string }) =>
      request(bindings, method, path, ask),
    /** One queue batch, as its queue would hand it over; whoever dies acknowledges nothing. */
    consume: async (
      queue: "lms-events" | "lms-jobs" | "lms-events-dead" | "lms-jobs-dead",
      bodies: readonly (Envelope | TaskRef)[],
    ) => {
      const messages = bodies.map((body, at) => ({
        id: String(at),
        timestamp: new Date(),
        attempts: 1,
        body,
      }));
      const batch = createMessageBatch(queue, messages);
      const ctx = createExecutionContext();
      try {
        await consume(batch, bindings, ctx);
        return getQueueResult(batch, ctx);
      } catch (error) {
        return { died: String(error) };
      } finally {
        await waitOnExecutionContext(ctx);
      }
    },
  };
}

/** The minute's cron of the Worker as it is deployed. */
export async function minutely(): Promise<void> {
  const ctx = createExecutionContext();
  await worker.scheduled?.(createScheduledController({ cron: "* * * * *" }), env, ctx);
  await waitOnExecutionContext(ctx);
}

function faultyDatabase(faults: Fault[]): D1Database {
  const texts = new WeakMap<object, string>();
  const of = (session: D1DatabaseSession) => ({
    prepare: (text: string) => ({
      bind: (...values: unknown[]) => {
        const statement = session.prepare(text).bind(...values);
        texts.set(statement, text);
        return statement;
      },
    }),
    batch: async (statements: D1PreparedStatement[]) => {
      const hit = (moment: Fault["moment"]) => {
        const fault = faults.find(
          (one) =>
            one.moment === moment &&
            one.times > 0 &&
            statements.some((each) => one.on.test(texts.get(each) ?? "")),
        );
        if (!fault) return;
        fault.times -= 1;
        throw new Error(fault.error ?? LOST);
      };
      hit("before");
      const results = await session.batch(statements);
      hit("after");
      return results;
    },
    getBookmark: () => session.getBookmark(),
  });
  // SAFETY: withSession is all that the Worker uses of its database outside /auth.
  return {
    withSession: (constraint?: string) => of(env.DB.withSession(constraint)),
  } as unknown as D1Database;
}

function queueInto<T>(sink: T[], down: boolean): Queue {
  const take = (bodies: T[]) => {
    if (down) throw new Error("The queue is not to be reached");
    sink.push(...bodies);
  };
  // SAFETY: what the Worker sends to this queue is of this one type.
  return {
    send: async (body: T) => take([body]),
    sendBatch: async (messages: Iterable<{ body: T }>) =>
      take([...messages].map((one) => one.body)),
  } as unknown as Queue;
}

/** What tells connected members goes by the queue itself: nobody dies of it here. */
function jobsInto(sink: TaskRef[], down: boolean): Queue {
  const held = queueInto(sink, down);
  const send = async (ref: TaskRef) => {
    const [task] = await rows<{ kind: string }>("SELECT kind FROM lms_tasks WHERE id = ?", ref.id);
    const forwards = task?.kind === forwardEvent.kind && !down;
    await (forwards ? env.JOBS.send(ref, { contentType: "json" }) : held.send(ref));
  };
  // SAFETY: what the Worker sends to this queue is of this one type.
  return {
    send,
    sendBatch: async (messages: Iterable<{ body: TaskRef }>) => {
      for (const { body } of messages) await send(body);
    },
  } as unknown as Queue;
}

const methodsOf = (bucket: R2Bucket) => ({
  get: bucket.get.bind(bucket),
  head: bucket.head.bind(bucket),
  delete: bucket.delete.bind(bucket),
});

async function request(
  bindings: Env,
  method: string,
  path: string,
  { as, body, key }: { as: Person; body?: unknown; key?: string },
): Promise<Answer> {
  const ctx = createExecutionContext();
  const headers = new Headers({
    authorization: `Bearer ${as.key}`,
    "content-type": "application/json",
  });
  if (key !== undefined) headers.set("idempotency-key", key);
  const init =
    body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const answer = await app(bindings).fetch(new Request(`${ORIGIN}${path}`, init), bindings, ctx);
  await waitOnExecutionContext(ctx);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text), trips: 0 };
}
