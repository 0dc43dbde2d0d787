import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { SECOND } from "../../src/kernel/time.ts";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { advance, command, drain, http, type Json, newOrganization, ok } from "../harness/world.ts";
import { join, objectOf } from "./socket.ts";

test("having been in its session is what lets a learner complete the module, and nothing else does", async () => {
  const world = await newOrganization();
  const { admin, instructor, learner, orgId } = world;
  const { course, modules } = await publishedCourse(world, {
    course: { type: "hybrid" },
    modules: [{ title: "Meet", type: "live-session", content: {} }],
  });
  const made = async (type: string, payload: Json, as = instructor): Promise<Json> =>
    ok(await command(type, payload, as));
  const courseId = String(course.id);
  const moduleId = String(modules[0]?.id);
  const dates = { startDate: "2099-01-01", endDate: "2099-02-01", timezone: "UTC" };
  const cohort = { courseId, name: "Autumn", capacity: 9, ...dates };
  const cohortId = String((await made("lms.cohort.create", cohort)).id);
  const at = { scheduledAt: "2099-01-02T10:00:00Z", durationMinutes: 45 };
  const session = await made("lms.session.create", { cohortId, title: "Acids", ...at });
  const sessionId = String(session.id);
  await made("lms.module.update", { moduleId, content: { sessionId } });
  const { id: enrollmentId } = await enrolled(world, courseId);
  await made("lms.enrollment.move", { enrollmentId, cohortId }, admin);
  await made("lms.session.start", { sessionId });
  await drain(orgId);
  const complete = () =>
    http("POST", `/lms/learn/${courseId}/modules/${moduleId}/complete`, { as: learner, body: {} });

  expect(await complete()).toMatchObject({
    status: 409,
    body: { requiredActions: [{ action: "attend-session" }] },
  });
  await join(sessionId, { id: learner.id, type: "human", roles: ["learner"], orgId });
  advance(2 * SECOND);
  await runDurableObjectAlarm(objectOf(sessionId));
  expect((await complete()).status).toBe(200);
  clock.now = () => Date.now();
});
