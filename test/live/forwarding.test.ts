import { expect, test } from "vitest";
import {
  adminChannel,
  instructorChannel,
  learnerChannel,
  sessionChannel,
} from "../../src/live/channels.ts";
import { assigned } from "../assessment/assignment.ts";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import { learning } from "../harness/learner.ts";
import { command, drain, http, newOrganization, ok, rows } from "../harness/world.ts";
import { inCohort, replayed } from "../notifications/notices.ts";
import { listenAs } from "./listen.ts";

test("a course's instructor hears of enrollments, with the learner's name that no event holds", async () => {
  const world = await newOrganization();
  const { orgId, instructor } = world;
  const { course } = await publishedCourse(world);
  const learner = await world.newPerson("learner", "Ada Byron");
  const { subscribe, nextOf, heard } = await listenAs(instructor);
  const channel = instructorChannel(orgId, course.id);
  expect(await subscribe(channel)).toBe("subscribed");
  const { id } = await enrolled(world, course.id, learner);
  const first = await nextOf("enrollment:new");
  expect(first).toEqual({
    type: "enrollment:new",
    channel,
    timestamp: expect.any(Number),
    data: expect.objectContaining({
      orgId,
      enrollmentId: id,
      learnerId: learner.id,
      learnerName: "Ada Byron",
      courseTitle: course.title,
      enrolledAt: expect.any(Number),
    }),
  });
  await nextOf("enrollment:new");
  ok(await http("POST", `/lms/enrollments/${id}/cancel`, { as: learner }));
  const cancelled = { event: "enrollment.cancelled", learnerName: "Ada Byron" };
  expect(await nextOf("enrollment:new")).toMatchObject({ data: cancelled });
  await drain(orgId);
  await replayed(orgId, "enrollment.cancelled");
  expect(await heard()).toEqual([]);
});

test("a course's instructor hears of work handed in, and its learner that it was graded", async () => {
  const { world, courseId, submit, grade } = await assigned();
  const { orgId, instructor, learner } = world;
  const teacher = await listenAs(instructor);
  const author = await listenAs(learner);
  await teacher.subscribe(instructorChannel(orgId, courseId));
  await author.subscribe(learnerChannel(orgId, learner.id));
  const submission = ok(await submit({ content: "Mine" }));
  const told = [await teacher.nextOf("submission:new"), await teacher.nextOf("submission:new")];
  expect(told.map(({ data }) => Object(data).event).toSorted()).toEqual([
    "submission.created",
    "submission.received",
  ]);
  for (const one of told) {
    expect(one.data).toMatchObject({ submissionId: submission.id, learnerName: "learner" });
    expect(JSON.stringify(one)).not.toContain("Mine");
  }
  ok(await grade(submission.id, { score: 80 }));
  await drain(orgId);
  const notices = (await author.heard()).filter(({ type }) => type === "notification:new");
  expect(notices.at(-1)).toMatchObject({
    data: { kind: "submission.graded", submissionId: submission.id, orgId },
  });
});

test("a learner hears of its progress, of what opens to it and of its certificate, in any of its tabs, once", async () => {
  const way = await learning({
    modules: [{ title: "First" }, { title: "Advanced patterns", requiredPrevious: true }],
  });
  const { orgId, learner } = way.world;
  const tabs = [await listenAs(learner), await listenAs(learner)];
  const channel = learnerChannel(orgId, learner.id);
  for (const { subscribe } of tabs) await subscribe(channel);
  ok(await way.complete(0));
  ok(await way.complete(1));
  await drain(orgId);
  for (const name of ["module.unlocked", "certificate.issued"]) await replayed(orgId, name);
  for (const { heard } of tabs) {
    const all = await heard();
    expect(all.every((one) => one.channel === channel && Object(one.data).orgId === orgId)).toBe(
      true,
    );
    const of = (type: string) => all.filter((one) => one.type === type);
    expect(of("module:unlock")).toMatchObject([
      { data: { moduleName: "Advanced patterns", courseId: way.courseId } },
    ]);
    expect(of("certificate:ready")).toMatchObject([{ data: { courseId: way.courseId } }]);
    expect(of("progress:updated").map(({ data }) => Object(data).completionPct)).toContain(100);
    const kinds = of("notification:new").map(({ data }) => Object(data).kind);
    expect(kinds.toSorted()).toEqual([...new Set(kinds)].toSorted());
    expect(kinds).toEqual(expect.arrayContaining(["module.unlocked", "certificate.issued"]));
  }
});

test("who is in a session hears what becomes of it, and its cohort's learners what is announced", async () => {
  const world = await newOrganization();
  const { orgId, learner, instructor } = world;
  const { session, cohortId } = await inCohort(world);
  const { subscribe, nextOf } = await listenAs(learner);
  const channel = sessionChannel(orgId, session.id);
  expect(await subscribe(channel)).toBe("subscribed");
  expect(await subscribe(learnerChannel(orgId, learner.id))).toBe("subscribed");
  ok(await http("POST", `/lms/sessions/${session.id}/start`, { as: instructor }));
  expect(await nextOf("session:state")).toMatchObject({ channel, data: { status: "live" } });
  const announcements = `/lms/instructor/cohorts/${cohortId}/announcements`;
  ok(await http("POST", announcements, { as: instructor, body: { body: "Bring a ruler" } }));
  expect(await nextOf("cohort:announcement")).toMatchObject({
    channel: learnerChannel(orgId, learner.id),
    data: { cohortId, cohortName: "Spring", body: "Bring a ruler", orgId },
  });
  await drain(orgId);
});

test("admins hear of a course that waits for its review", async () => {
  const world = await newOrganization();
  const { orgId, instructor } = world;
  const { course } = await draftCourse(world);
  for (const admin of [world.admin, world.orgAdmin]) {
    expect(await (await listenAs(admin)).subscribe(adminChannel(orgId))).toBe("subscribed");
  }
  const { subscribe, nextOf } = await listenAs(world.admin);
  await subscribe(adminChannel(orgId));
  const submit = `/lms/instructor/courses/${course.id}/submit-review`;
  ok(await http("POST", submit, { as: instructor }));
  expect(await nextOf("notification:new")).toMatchObject({
    channel: adminChannel(orgId),
    data: { event: "course.submitted-for-review", courseId: course.id, title: course.title },
  });
  await drain(orgId);
});

test("what a learner slept through waits among its unread notices", async () => {
  const way = await learning({
    modules: [{ title: "First" }, { title: "Second", requiredPrevious: true }],
  });
  const { orgId, learner } = way.world;
  ok(await way.complete(0));
  await drain(orgId);
  const { subscribe, heard } = await listenAs(learner);
  await subscribe(learnerChannel(orgId, learner.id));
  expect(await heard()).toEqual([]);
  const { data } = ok(await http("GET", "/lms/notifications?unread=true", { as: learner }));
  expect(data.map(({ kind }: { kind: string }) => kind)).toContain("module.unlocked");
});

test("a suspended member's sockets are let go and it hears nothing more", async () => {
  const world = await newOrganization();
  const { orgId, learner, admin } = world;
  const here = await listenAs(learner);
  const other = await listenAs(admin);
  await here.subscribe(learnerChannel(orgId, learner.id));
  ok(await http("POST", `/lms/admin/learners/${learner.id}/suspend`, { as: admin }));
  expect(await here.closing()).toBe(4403);
  expect(await other.subscribe(adminChannel(orgId))).toBe("subscribed");
  const ticket = await http("POST", "/lms/realtime/ticket", { as: learner });
  expect(ticket).toMatchObject({ status: 403, body: { code: "SUSPENDED" } });
  await drain(orgId);
});

test("an erased member's sockets are let go", async () => {
  const world = await newOrganization();
  const { orgId, learner, admin } = world;
  const { closing } = await listenAs(learner);
  const erase = `/lms/admin/learners/${learner.id}/erase`;
  ok(await http("POST", erase, { as: admin, body: { confirm: learner.id } }));
  expect(await closing()).toBe(4403);
  await drain(orgId);
});

test("a learner who cancels hears its sessions no more, though its socket stays", async () => {
  const world = await newOrganization();
  const { orgId, learner, instructor } = world;
  const { session, courseId } = await inCohort(world);
  const { subscribe, nextOf, heard } = await listenAs(learner);
  const channel = sessionChannel(orgId, session.id);
  await subscribe(channel);
  const [enrollment] = await rows<{ id: string }>(
    "SELECT id FROM lms_enrollments WHERE learner_id = ? AND course_id = ?",
    learner.id,
    courseId,
  );
  ok(await http("POST", `/lms/enrollments/${enrollment?.id}/cancel`, { as: learner }));
  expect(await nextOf("unsubscribed")).toMatchObject({ channel });
  ok(await http("POST", `/lms/sessions/${session.id}/start`, { as: instructor }));
  await drain(orgId);
  expect(await heard()).toEqual([]);
  expect(await subscribe(channel)).toBe("PERMISSION_DENIED");
});

test("who taught a course before hears of it no more, and who teaches it now does", async () => {
  const world = await newOrganization();
  const { orgId, instructor, admin } = world;
  const { course } = await publishedCourse(world);
  const next = await world.newPerson("instructor");
  const [before, after] = [await listenAs(instructor), await listenAs(next)];
  const channel = instructorChannel(orgId, course.id);
  await before.subscribe(channel);
  expect(await after.subscribe(channel)).toBe("PERMISSION_DENIED");
  const change = { courseId: course.id, instructorId: next.id };
  ok(await command("lms.course.update", change, admin));
  expect(await before.nextOf("unsubscribed")).toMatchObject({ channel });
  expect(await after.subscribe(channel)).toBe("subscribed");
  await enrolled(world, course.id);
  await after.nextOf("enrollment:new");
  await drain(orgId);
  expect(await before.heard()).toEqual([]);
});
