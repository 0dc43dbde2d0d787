import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { lmsCourses } from "../../src/catalog/schema.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import { newMeter } from "../../src/cloudflare/d1.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { cohorts } from "../../src/cohorts/context.ts";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { enrollmentCancelled, enrollmentExpired } from "../../src/enrollment/events.ts";
import { lmsEnrollments } from "../../src/enrollment/schema.ts";
import { lmsMembers, member, organization, session, user } from "../../src/identity/schema.ts";
import { context, registryOf } from "../../src/kernel/context.ts";
import { newId } from "../../src/kernel/id.ts";
import { ask, dispatch, type Outcome } from "../../src/kernel/mediator.ts";
import { type Actor, publicActor, type Role } from "../../src/kernel/permission.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { DAY, HOUR } from "../../src/kernel/time.ts";
import { live } from "../../src/live/context.ts";
import { lmsLiveSessions } from "../../src/live/schema.ts";

// SAFETY: wrangler.toml binds them.
export const bindings = env as unknown as Env;
export const db = drizzle(bindings.DB);

export const registry = registryOf([
  cohorts,
  live,
  context({ name: "enrollment", events: [enrollmentCancelled, enrollmentExpired] }),
]);

/** A host as the Worker has one, with nothing sent to queues: tests run the tasks themselves. */
export function newHost() {
  const meter = newMeter();
  const { host } = unitOf(bindings, createExecutionContext(), meter);
  return { host: { ...host, send: async () => undefined }, meter };
}

type Roles = Record<string, readonly Role[]>;
const ROLES_OF = {
  admin: ["lms-admin"],
  instructor: ["instructor"],
  other: ["instructor"],
  reviewer: ["content-reviewer"],
  learner: ["learner"],
  stranger: ["learner"],
} as const satisfies Roles;

/** A fresh organization with its people, a published course and a cohort of it. */
export async function world({ capacity = 30 }: { capacity?: number } = {}) {
  const orgId = newId();
  const now = clock.now();
  const people = Object.entries(ROLES_OF).map(([name, roles]) => ({ id: newId(), name, roles }));
  const row = { organizationId: orgId, createdAt: now, updatedAt: now, version: 1 };
  const at = new Date(now);
  await db.insert(organization).values({ id: orgId, name: "Org", slug: orgId, createdAt: at });
  await db.insert(user).values(
    people.map(({ id, name }) => ({
      id,
      name,
      email: `${name}@${orgId}.test`,
      createdAt: at,
      updatedAt: at,
    })),
  );
  await db.insert(member).values(
    people.map(({ id, roles }) => ({
      id: newId(),
      organizationId: orgId,
      userId: id,
      role: roles.join(","),
      createdAt: at,
    })),
  );
  for (const { id, name, roles } of people) {
    await db
      .insert(lmsMembers)
      .values({
        ...row,
        id: newId(),
        userId: id,
        displayName: name,
        roles: [...roles],
        preferences: {},
      })
      .onConflictDoNothing();
  }
  await db.insert(session).values(
    people.map(({ id }) => ({
      id: `session-${id}`,
      token: id,
      userId: id,
      expiresAt: new Date(now + 365 * DAY),
      createdAt: at,
      updatedAt: at,
    })),
  );
  const actorOf = (name: keyof typeof ROLES_OF): Actor => {
    const found = people.find((one) => one.name === name);
    if (!found) throw new Error(name);
    const { id, roles } = found;
    const credential = { kind: "session", id: `session-${id}` } as const;
    return { id, type: "human", roles: [...roles], orgId, credential };
  };
  const actors = {
    admin: actorOf("admin"),
    instructor: actorOf("instructor"),
    other: actorOf("other"),
    reviewer: actorOf("reviewer"),
    learner: actorOf("learner"),
    stranger: actorOf("stranger"),
    public: publicActor(orgId),
  };
  const courseId = newId();
  const cohortId = newId();
  const instructorId = actors.instructor.id;
  await db.insert(lmsCourses).values({
    ...row,
    id: courseId,
    title: "Course",
    slug: courseId,
    instructorId,
    status: "published",
    type: "cohort",
    level: "beginner",
    learningObjectives: [],
    prerequisites: [],
  });
  await db.insert(lmsCohorts).values({
    ...row,
    id: cohortId,
    courseId,
    name: "Autumn",
    instructorId,
    startDate: "2026-12-01",
    endDate: "2026-12-31",
    capacity,
    timezone: "Asia/Kolkata",
    status: "scheduled",
  });
  return { orgId, actors, courseId, cohortId };
}

export type World = Awaited<ReturnType<typeof world>>;

export async function newSession({ orgId, courseId, cohortId, actors }: World): Promise<string> {
  const id = newId();
  const now = clock.now();
  await db.insert(lmsLiveSessions).values({
    id,
    organizationId: orgId,
    createdAt: now,
    updatedAt: now,
    version: 1,
    cohortId,
    courseId,
    instructorId: actors.instructor.id,
    title: "Opening",
    scheduledAt: now + HOUR,
    durationMinutes: 60,
    provider: "built-in",
    status: "scheduled",
  });
  return id;
}

type Enrolling = {
  learnerId: string;
  status?: "active" | "completed" | "pending-payment" | "cancelled";
  seatUntil?: number | null;
};

export const enrollmentRow = (
  { orgId, courseId, cohortId }: Pick<World, "orgId" | "courseId" | "cohortId">,
  { learnerId, status = "active", seatUntil = null }: Enrolling,
): typeof lmsEnrollments.$inferInsert => ({
  id: newId(),
  organizationId: orgId,
  createdAt: clock.now(),
  updatedAt: clock.now(),
  version: 1,
  learnerId,
  courseId,
  cohortId,
  status,
  pricePaidAmount: 0,
  pricePaidCurrency: "USD",
  enrolledAt: clock.now(),
  seatUntil,
  source: "self",
});

export async function enroll(of: World, enrolling: Enrolling): Promise<string> {
  const row = enrollmentRow(of, enrolling);
  await db.insert(lmsEnrollments).values(row);
  return row.id;
}

export async function run(
  type: string,
  payload: unknown,
  actor: Actor,
  { key }: { key?: string } = {},
): Promise<Outcome> {
  return dispatch(newHost().host, registry, {
    type,
    payload,
    actor,
    correlationId: "test",
    ...(key === undefined ? {} : { idempotencyKey: key }),
  });
}

export const read = (type: string, params: unknown, actor: Actor): Promise<Outcome> =>
  ask(newHost().host, registry, { type, params, actor });

/** The answer of what has to succeed. */
export async function done<T = Record<string, unknown>>(outcome: Promise<Outcome>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw new Error(`${settled.refusal.refused}: ${settled.refusal.detail}`);
  return settled.answer as T;
}

export const codeOf = (outcome: Outcome): string =>
  outcome.ok ? `ok ${outcome.status}` : outcome.refusal.refused;

/** Runs every task that is ready and due. */
export async function runTasks(): Promise<number> {
  const { results } = await bindings.DB.prepare(
    "SELECT id, organization_id AS orgId FROM lms_tasks WHERE state = 'ready' AND kind LIKE '%.tell-%' AND next_at <= ?",
  )
    .bind(clock.now())
    .all<{ id: string; orgId: string }>();
  for (const { id, orgId } of results) {
    await runTask(newHost().host, registry, { id, orgId, queue: "jobs" });
  }
  return results.length;
}

export async function eventsOf(aggregateId: string) {
  const { results } = await bindings.DB.prepare(
    "SELECT event_name AS name, aggregate_version AS version, payload FROM domain_event_log WHERE aggregate_id = ? ORDER BY seq",
  )
    .bind(aggregateId)
    .all<{ name: string; version: number; payload: string }>();
  return results.map((one) => ({ ...one, payload: JSON.parse(one.payload) }));
}

/** Moves the one clock of Worker and objects. */
export function advance(ms: number): void {
  const before = clock.now;
  clock.now = () => before() + ms;
}
