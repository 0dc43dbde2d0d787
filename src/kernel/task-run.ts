import { and, eq, getTableColumns, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { backoffMs } from "./backoff.ts";
import type { Registry } from "./context.ts";
import { brokenConstraint, errorText } from "./error.ts";
import { dispatch } from "./mediator.ts";
import { outgoing, sendAfter } from "./outbox.ts";
import { systemActor } from "./permission.ts";
import type { Database, Host, TaskRef } from "./ports.ts";
import { lmsDeadLetters, lmsTasks } from "./schema.ts";
import {
  guard,
  guardOneChanged,
  readMore,
  rowsOf,
  type Statement,
  statementsOf,
} from "./statement.ts";
import type { Step, StepResult, TaskKind } from "./task.ts";
import { SECOND } from "./time.ts";

/** Over a step's own timeout, so that no second Worker starts what the first may still be doing. */
const LEASE_MARGIN_MS = 30 * SECOND;

type TaskRow = typeof lmsTasks.$inferSelect;

/** What becomes of the message: done with, or to come again. */
export type TaskVerdict = { again: false } | { again: true; inMs: number };
const GONE: TaskVerdict = { again: false };

/**
 * Runs the step that a task is at, under a lease. Whoever finds the task leased, done or not yet due
 * leaves it alone. What the step did outside is repeated under the same key if its commit is lost.
 */
export async function runTask(host: Host, registry: Registry, ref: TaskRef): Promise<TaskVerdict> {
  const database = host.databaseFor(ref.orgId);
  const row = await lease(host, registry, database, ref);
  if (!row) return GONE;
  const of = registry.tasks.get(row.kind);
  const step = of?.steps[row.step];
  if (!of || !step) {
    return fail(host, database, row, of, new Error(`No step ${row.kind} ${row.step}`));
  }
  try {
    const result = await act(host, registry, database, row, of, step);
    return await commitStep(host, database, row, of, result);
  } catch (error) {
    return fail(host, database, row, of, error);
  }
}

async function lease(
  host: Host,
  registry: Registry,
  { db, batch }: Database,
  ref: TaskRef,
): Promise<TaskRow | undefined> {
  const now = host.now();
  const [rows] = await batch([
    db
      .update(lmsTasks)
      .set({
        lease: host.id(),
        leasedUntil: sql`${now + LEASE_MARGIN_MS} + ${longest(registry)}`,
        updatedAt: now,
      })
      .where(
        and(
          eq(lmsTasks.id, ref.id),
          eq(lmsTasks.state, "ready"),
          lte(lmsTasks.nextAt, now),
          or(isNull(lmsTasks.leasedUntil), lte(lmsTasks.leasedUntil, now)),
        ),
      )
      .returning(getTableColumns(lmsTasks)),
  ]);
  return (rows as TaskRow[])[0];
}

/** How long the step that a row is at may take, in milliseconds; an unknown one fails at once. */
function longest(registry: Registry): SQL<number> {
  const known = timeouts.get(registry) ?? JSON.stringify(timeoutsOf(registry));
  timeouts.set(registry, known);
  return sql`coalesce((select max(value) from json_each(${known})
    where key in (${lmsTasks.kind}, ${lmsTasks.kind} || ' ' || ${lmsTasks.step})), 0)`;
}
const timeouts = new WeakMap<Registry, string>();

const timeoutsOf = ({ tasks }: Registry): Record<string, number> =>
  Object.fromEntries(
    [...tasks.values()].flatMap(({ kind, timeoutMs, steps }) => [
      [kind, timeoutMs],
      ...Object.entries(steps).flatMap(([name, one]) =>
        one.timeoutMs === undefined ? [] : [[`${kind} ${name}`, one.timeoutMs]],
      ),
    ]),
  );

async function act(
  host: Host,
  registry: Registry,
  { db, batch }: Database,
  row: TaskRow,
  of: TaskKind,
  step: Step,
): Promise<StepResult> {
  const about = { payload: of.payload.parse(JSON.parse(row.payload)), orgId: row.organizationId };
  const now = host.now();
  const { personal } = registry;
  const reads = step.read({ db, subject: row.subject, now, personal, ...about });
  const statements = statementsOf(reads);
  const { rows, missing } = rowsOf(reads, statements.length > 0 ? await batch(statements) : []);
  if (missing !== undefined) return {};
  const running = step.run(rows as never, {
    ...about,
    db,
    subject: row.subject,
    actor: systemActor(row.organizationId),
    key: `${row.id}:${row.step}`,
    now,
    id: host.id,
    more: readMore(batch),
    ports: host.ports,
    settings: host.settings,
    log: host.log,
    personal,
    dispatch: ({ orgId, ...named }) =>
      dispatch(host, registry, {
        ...named,
        actor: systemActor(orgId),
        correlationId: row.correlationId,
      }),
  });
  return withTimeout(running, step.timeoutMs ?? of.timeoutMs, `${of.kind} ${row.step}`);
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took over ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Result, next step and due time in one batch that fails where the lease has passed to another. */
async function commitStep(
  host: Host,
  { db, batch }: Database,
  row: TaskRow,
  of: TaskKind,
  result: StepResult,
): Promise<TaskVerdict> {
  const now = host.now();
  const { next, inOrganizations = [] } = result;
  const own = { orgId: row.organizationId, events: result.events, tasks: result.tasks };
  const said = [own, ...inOrganizations].map(({ orgId, ...one }) =>
    outgoing(host, db, one, {
      orgId,
      correlationId: row.correlationId,
      causationId: row.causationId,
      now,
      actor: systemActor(orgId),
    }),
  );
  const nextAt = now + (next?.delayMs ?? 0);
  const mine = and(
    eq(lmsTasks.id, row.id),
    eq(lmsTasks.lease, row.lease ?? ""),
    eq(lmsTasks.step, row.step),
  );
  const statements: Statement[] = [
    guard(db, sql`exists (select 1 from lms_tasks where ${mine})`),
    db
      .update(lmsTasks)
      .set({
        state: next ? "ready" : "done",
        step: next?.step ?? row.step,
        payload:
          next?.payload === undefined
            ? row.payload
            : JSON.stringify(of.payload.parse(next.payload)),
        attempts: 0,
        nextAt,
        lease: null,
        leasedUntil: null,
        error: null,
        updatedAt: now,
      })
      .where(mine),
    guardOneChanged(db),
    ...(result.writes ?? []),
    ...said.flatMap((one) => one.statements),
    ...(row.error !== null
      ? [db.delete(lmsDeadLetters).where(eq(lmsDeadLetters.taskId, row.id))]
      : []),
  ];
  if (!(await stillMine(() => batch(statements)))) return GONE;
  sendAfter(host, {
    events: said.flatMap((one) => one.events),
    tasks: said.flatMap((one) => one.tasks),
  });
  return next ? { again: true, inMs: nextAt - now } : GONE;
}

/** Whether the write went through; not so where another Worker has taken the task over. */
async function stillMine(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    const broken = brokenConstraint(error);
    if (broken.kind === "check" && broken.name.startsWith("lms_guard")) return false;
    throw error;
  }
}

async function fail(
  host: Host,
  { db, batch }: Database,
  row: TaskRow,
  of: TaskKind | undefined,
  error: unknown,
): Promise<TaskVerdict> {
  const now = host.now();
  const attempts = row.attempts + 1;
  const dead = attempts >= (of?.attemptsMax ?? 1);
  const waitMs = backoffMs(attempts);
  const text = errorText(error);
  const about = { orgId: row.organizationId, subject: row.subject, db, now };
  const statements: Statement[] = [
    db
      .update(lmsTasks)
      .set({
        attempts,
        state: dead ? "dead" : "ready",
        nextAt: now + waitMs,
        lease: null,
        leasedUntil: null,
        error: text,
        updatedAt: now,
      })
      .where(and(eq(lmsTasks.id, row.id), eq(lmsTasks.lease, row.lease ?? ""))),
    guardOneChanged(db),
    db
      .insert(lmsDeadLetters)
      .values({
        id: host.id(),
        organizationId: row.organizationId,
        taskId: row.id,
        state: dead ? "dead" : "failing",
        attempts,
        error: text,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoUpdate({
        target: lmsDeadLetters.taskId,
        set: { attempts, state: dead ? "dead" : "failing", error: text, updatedAt: now },
      }),
    ...(dead && of?.death ? of.death({ ...about, payload: JSON.parse(row.payload) }) : []),
  ];
  if (!(await stillMine(() => batch(statements)))) return GONE;
  host.log({
    level: dead ? "error" : "warn",
    unit: "task",
    kind: row.kind,
    step: row.step,
    taskId: row.id,
    orgId: row.organizationId,
    correlationId: row.correlationId,
    attempts,
    outcome: dead ? "dead" : "failing",
    error: text,
  });
  return dead ? GONE : { again: true, inMs: waitMs };
}

/** What arrives in the tasks' own dead-letter queues: a message that no Worker outlived. */
export async function buryTask(host: Host, registry: Registry, ref: TaskRef): Promise<void> {
  const database = host.databaseFor(ref.orgId);
  const { db, batch } = database;
  const [rows] = await batch([
    db
      .update(lmsTasks)
      .set({ lease: host.id(), attempts: 1_000, updatedAt: host.now() })
      .where(and(eq(lmsTasks.id, ref.id), eq(lmsTasks.state, "ready")))
      .returning(getTableColumns(lmsTasks)),
  ]);
  const row = (rows as TaskRow[])[0];
  if (row) {
    await fail(
      host,
      database,
      row,
      registry.tasks.get(row.kind),
      new Error("The queue gave this message up"),
    );
  }
}
