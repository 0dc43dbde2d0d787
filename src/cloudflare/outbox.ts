import type { Envelope } from "../kernel/event.ts";
import type { TaskRef } from "../kernel/ports.ts";
import type { Env } from "./env.ts";

const MESSAGES_MAX = 100;
const BYTES_MAX = 240_000;
/** UTF-8 needs no more for one UTF-16 unit. */
const BYTES_A_CHARACTER = 3;

/** A sendBatch takes 100 messages and 256 KB. */
export function batchesOf<T>(bodies: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = JSON.stringify(body).length * BYTES_A_CHARACTER + 100;
    const last = batches.at(-1);
    if (!last || last.length === MESSAGES_MAX || bytes + size > BYTES_MAX) {
      batches.push([body]);
      bytes = size;
    } else {
      last.push(body);
      bytes += size;
    }
  }
  return batches;
}

async function sendAll<T>(queue: Queue, bodies: readonly T[]): Promise<void> {
  for (const batch of batchesOf(bodies)) {
    await queue.sendBatch(batch.map((body) => ({ body, contentType: "json" as const })));
  }
}

export async function send(
  env: Pick<Env, "EVENTS" | "JOBS" | "NOTIFICATIONS">,
  { events, tasks }: { events: readonly Envelope[]; tasks: readonly TaskRef[] },
): Promise<void> {
  const of = (queue: TaskRef["queue"]) => tasks.filter((one) => one.queue === queue);
  await Promise.all([
    sendAll(env.EVENTS, events),
    sendAll(env.JOBS, of("jobs")),
    sendAll(env.NOTIFICATIONS, of("notifications")),
  ]);
}
