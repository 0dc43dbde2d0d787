import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { lmsCourses } from "../../src/catalog/schema.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import { newMeter } from "../../src/cloudflare/d1.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { lmsCohorts } from "../../src/cohorts/schema.ts";
import { lmsEnrollments } from "../../src/enrollment/schema.ts";
import { ask } from "../../src/kernel/ask.ts";
import { newId } from "../../src/kernel/id.ts";
import { dispatch } from "../../src/kernel/mediator.ts";
import type { Outcome } from "../../src/kernel/outcome.ts";
import { type Actor, publicActor, type Role } from "../../src/kernel/permission.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { HOUR } from "../../src/kernel/time.ts";
import { lmsLiveSessions } from "../../src/live/schema.ts";
import { lms } from "../../src/lms.ts";
import { db, newOrganization, type Person } from "../harness/world.ts";

// SAFETY: wrangler.toml binds them.
export const bindings = env as unknown as Env;

/** A host as the Worker has one, with nothing sent to queues: tests run the tasks themselves. */
export function newHost() {
  const meter = newMeter();
  const { host } = unitOf(bindings, createExecutionContext(), meter);
  return { host: { ...host, send: async () => undefined }, meter };
}

const actorOf = ({ id, role, orgId }: Person): Actor => ({
  id,
  type: "human",
  roles: [role],
  orgId,
});

/** A fresh organization with its people, a published course and a cohort of it. */
export async function world({ capacity = 30 }: { capacity?: number } = {}) {
  const people = await newOrganization();
  const { orgId } = people;
  const now = clock.now();
  const row = { organizationId: orgId, createdAt: now, updatedAt: now, version: 1 };
  const actors = {
    admin: actorOf(people.admin),
    instructor: actorOf(people.instructor),
    reviewer: actorOf(people.reviewer),
    learner: actorOf(people.learner),
    other: actorOf(await people.newPerson("instructor")),
    stranger: actorOf(await people.newPerson("learner")),
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
  const newActor = async (role: Role): Promise<Actor> => actorOf(await people.newPerson(role));
  return { orgId, actors, courseId, cohortId, newActor };
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
  return dispatch(newHost().host, lms, {
    type,
    payload,
    actor,
    correlationId: "test",
    ...(key === undefined ? {} : { idempotencyKey: key }),
  });
}

export const read = (type: string, params: unknown, actor: Actor): Promise<Outcome> =>
  ask(newHost().host, lms, { type, params, actor });

/** The answer of what has to succeed. */
export async function done<T = Record<string, unknown>>(outcome: Promise<Outcome>): Promise<T> {
  const settled = await outcome;
  if (!settled.ok) throw new Error(`${settled.refusal.refused}: ${settled.refusal.detail}`);
  return settled.answer as T;
}

export const codeOf = (outcome: Outcome): string =>
  outcome.ok ? `ok ${outcome.status}` : outcome.refusal.refused;

/** Runs every task of such a kind that is ready and due, one step of each. */
export async function runTasks(kind = "%.tell-%"): Promise<number> {
  const { results } = await bindings.DB.prepare(
    "SELECT id, organization_id AS orgId FROM lms_tasks WHERE state = 'ready' AND kind LIKE ? AND next_at <= ?",
  )
    .bind(kind, clock.now())
    .all<{ id: string; orgId: string }>();
  for (const { id, orgId } of results) {
    await runTask(newHost().host, lms, { id, orgId, queue: "jobs" });
  }
  return results.length;
}
