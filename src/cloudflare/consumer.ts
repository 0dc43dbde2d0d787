import type { Hearer } from "../embed/ports.ts";
import { deliver } from "../kernel/delivery.ts";
import type { Envelope } from "../kernel/event.ts";
import { bury } from "../kernel/failures.ts";
import type { Host, TaskRef } from "../kernel/ports.ts";
import { buryTask, runTask } from "../kernel/task-run.ts";
import { lms } from "../lms.ts";
import { newMeter } from "./d1.ts";
import type { Env } from "./env.ts";
import { log, unitOf } from "./host.ts";

type Consume = (host: Host, batch: MessageBatch, env: Env) => Promise<void>;

const seconds = (ms: number): number => Math.min(86_400, Math.ceil(ms / 1_000));

/** The bus hands each event to the core's subscriptions, and what they heard is delivered together. */
async function deliverEvents(host: Host, batch: MessageBatch, env: Env): Promise<void> {
  // Here and not above: a request needs none of it at start-up.
  const { hosted } = await import("./plugin.ts");
  const { hand } = await hosted(env);
  const heard: Envelope[] = [];
  const together: Hearer = {
    hear: async (event) => {
      heard.push(event);
    },
  };
  for (const { body } of batch.messages) await hand(body as Envelope, together);
  const verdicts = await deliver(host, lms, heard);
  const verdictOf = new Map(heard.map((event, at) => [event, verdicts[at]]));
  for (const message of batch.messages) {
    const event = message.body as Envelope;
    const verdict = verdictOf.get(event);
    // Of a newer version than this one: unsettled, so the relay brings it to whoever knows it.
    if (!verdictOf.has(event)) host.log({ level: "warn", unit: "event", unheard: event.type });
    if (verdict && !verdict.settled) message.retry({ delaySeconds: seconds(verdict.retryInMs) });
    else message.ack();
  }
}

/** A next step or try is a new message: the queue's own retries count Workers that died alone. */
async function runTasks(host: Host, batch: MessageBatch, env: Env): Promise<void> {
  for (const message of batch.messages) {
    const start = performance.now();
    const ref = message.body as TaskRef;
    const verdict = await runTask(host, lms, ref);
    const queue = ref.queue === "jobs" ? env.JOBS : env.NOTIFICATIONS;
    if (verdict.again) await queue.send(ref, { delaySeconds: seconds(verdict.inMs) });
    message.ack();
    const ms = Math.round(performance.now() - start);
    log({
      level: "info",
      unit: "task",
      taskId: ref.id,
      orgId: ref.orgId,
      ms,
      again: verdict.again,
    });
  }
}

async function buryEvents(host: Host, batch: MessageBatch): Promise<void> {
  for (const message of batch.messages) {
    await bury(host, lms, message.body as Envelope);
    message.ack();
  }
}

async function buryTasks(host: Host, batch: MessageBatch): Promise<void> {
  for (const message of batch.messages) {
    await buryTask(host, lms, message.body as TaskRef);
    message.ack();
  }
}

const consumers: Record<string, Consume> = {
  "lms-events": deliverEvents,
  "lms-jobs": runTasks,
  "lms-notifications": runTasks,
  "lms-events-dead": buryEvents,
  "lms-jobs-dead": buryTasks,
  "lms-notifications-dead": buryTasks,
};

/** One queue batch. What it throws brings the whole batch back, and its receipts keep that harmless. */
export async function consume(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void> {
  const consumer = consumers[batch.queue];
  if (!consumer) throw new Error(`No consumer of queue ${batch.queue}`);
  const start = performance.now();
  const meter = newMeter();
  const line = { unit: "queue", queue: batch.queue, messages: batch.messages.length };
  try {
    await consumer(unitOf(env, ctx, meter).host, batch, env);
    const ms = Math.round(performance.now() - start);
    const { trips, statements, rows } = meter;
    log({ level: "info", ...line, ms, trips, statements, rows, outcome: "done" });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    log({ level: "error", ...line, trips: meter.trips, outcome: "failed", error: text });
    throw error;
  }
}
