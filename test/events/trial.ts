import { env } from "cloudflare:workers";
import * as z from "zod";
import { newMeter } from "../../src/cloudflare/d1.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { events } from "../../src/events/context.ts";
import { ask } from "../../src/kernel/ask.ts";
import { command } from "../../src/kernel/command.ts";
import { context, registryOf } from "../../src/kernel/context.ts";
import { type Envelope, event, eventType } from "../../src/kernel/event.ts";
import { newId } from "../../src/kernel/id.ts";
import { listener } from "../../src/kernel/listener.ts";
import { dispatch } from "../../src/kernel/mediator.ts";
import type { Outcome } from "../../src/kernel/outcome.ts";
import type { Actor } from "../../src/kernel/permission.ts";
import type { Host, TaskRef } from "../../src/kernel/ports.ts";
import { newTask, step, taskKind } from "../../src/kernel/task.ts";
import type { Person } from "../harness/world.ts";

const happened = eventType("trial.happened", "file", z.object({ name: z.string() }));
const heard = eventType("trial.heard", "file", z.object({ name: z.string() }));

/** What the trial's listener and task throw; nothing while it is null. */
export const fault: { now: string | null } = { now: null };

function stumble(): void {
  if (fault.now !== null) throw new Error(fault.now);
}

/** Its one effect is the event `trial.heard`, so the log counts how often it was done. */
const hear = listener({
  name: "trial.hear",
  on: [happened],
  read: () => ({}),
  decide: (_, { event: cause }) => {
    stumble();
    return { events: [event(heard, { id: cause.aggregateId, version: null }, cause.payload)] };
  },
});

const work = taskKind({
  kind: "trial.work",
  queue: "notifications",
  payload: z.object({}),
  attemptsMax: 2,
  timeoutMs: 1_000,
  steps: {
    do: step({
      read: () => ({}),
      run: async (_, { subject }) => {
        stumble();
        return { events: [event(heard, { id: subject, version: null }, { name: "task" })] };
      },
    }),
  },
});

const happen = command({
  type: "trial.happen",
  summary: "Records an event, and wants a task where asked",
  input: z.strictObject({ subject: z.string(), task: z.boolean().default(false) }),
  output: z.object({}),
  permission: { action: "trial:happen", any: ["lms-admin"] },
  emits: [happened],
  refuses: [],
  read: () => ({}),
  decide: (_, { input }) => ({
    answer: {},
    events: [event(happened, { id: input.subject, version: 0 }, { name: "trial" })],
    tasks: input.task ? [newTask(work, { subject: input.subject, payload: {} })] : [],
  }),
});

export const registry = registryOf([
  events,
  context({
    name: "trial",
    commands: [happen],
    events: [happened, heard],
    listeners: [hear],
    tasks: [work],
  }),
]);

type Sent = { events: Envelope[]; tasks: TaskRef[] };

/** The Worker's own host with its queues in the test's hand. */
export function host(): { host: Host; sent: Sent; settled(): Promise<void> } {
  const sent: Sent = { events: [], tasks: [] };
  const after: Promise<unknown>[] = [];
  const unit = unitOf(env, { waitUntil: (work) => void after.push(work) }, newMeter());
  const send: Host["send"] = async ({ events, tasks }) => {
    sent.events.push(...events);
    sent.tasks.push(...tasks);
  };
  const settled = async () => {
    await Promise.all(after);
  };
  return { host: { ...unit.host, send, log: () => undefined }, sent, settled };
}

export const actorOf = ({ id, orgId, role }: Person): Actor => ({
  id,
  type: "human",
  roles: [role],
  orgId,
});

/** Records the trial's event; gives what the queues would have got. */
export async function recorded(
  person: Person,
  { task = false } = {},
): Promise<Sent & { subject: string }> {
  const unit = host();
  const subject = newId();
  answered(
    await dispatch(unit.host, registry, {
      type: "trial.happen",
      payload: { subject, task },
      actor: actorOf(person),
      correlationId: newId(),
    }),
  );
  await unit.settled();
  return { ...unit.sent, subject };
}

export const asked = async (person: Person, type: string, params: unknown = {}) =>
  answered(await ask(host().host, registry, { type, params, actor: actorOf(person) }));

// biome-ignore lint/suspicious/noExplicitAny: the JSON of any answer
export function answered(outcome: Outcome): Record<string, any> {
  if (!outcome.ok) throw new Error(`${outcome.refusal.refused}: ${outcome.refusal.detail}`);
  return outcome.answer as Record<string, unknown>;
}
