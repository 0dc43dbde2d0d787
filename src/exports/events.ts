/** Envelope, log, delivery and tasks: what stands between a write and its consequences. */
export { backoffMs } from "../kernel/backoff.ts";
export { context, type Registry, registryOf } from "../kernel/context.ts";
export { databaseOver } from "../kernel/database.ts";
export { deliver, type Verdict } from "../kernel/delivery.ts";
export {
  type Envelope,
  type EventType,
  event,
  eventType,
  LMS_EVENT_NAMESPACE,
  matchesEvent,
  type NewEvent,
  type PayloadOf,
  upcast,
} from "../kernel/event.ts";
export { bury } from "../kernel/failures.ts";
export {
  type CommandListener,
  commandListener,
  type Listener,
  listener,
} from "../kernel/listener.ts";
export { outgoing, relay, wantTask } from "../kernel/outbox.ts";
export type { Database, Host } from "../kernel/ports.ts";
export { domainEventLog, eventDeliveries, lmsDeadLetters, lmsTasks } from "../kernel/schema.ts";
export { newTask, step, type TaskKind, taskKind } from "../kernel/task.ts";
export { buryTask, runTask, type TaskVerdict } from "../kernel/task-run.ts";
