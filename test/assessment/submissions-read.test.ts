import { describe, expect, test } from "vitest";
import { HOUR } from "../../src/kernel/time.ts";
import { lms } from "../../src/lms.ts";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { advance, command, http, type Json, ok, type Person, query } from "../harness/world.ts";
import { assign, assigned } from "./assignment.ts";

const ids = (page: Json): string[] => page.data.map((one: Json) => one.id);

describe("reading an assignment", () => {
  test("tells a learner the own due date, what late work costs and what is still open", async () => {
    const { world, assignmentId, enrollmentId, submit, grade, giveBack } = await assigned({
      dueHoursAfterEnrollment: 24,
      allowLateSubmission: true,
      latePenaltyPct: 10,
      maxAttempts: 2,
    });
    const mine = async () =>
      ok(await http("GET", `/lms/assignments/${assignmentId}`, { as: world.learner })).mine;
    const { activatedAt } = ok(
      await http("GET", `/lms/enrollments/${enrollmentId}`, { as: world.learner }),
    );
    const dueAt = new Date(Date.parse(activatedAt) + 24 * HOUR).toISOString();
    const untouched = { attemptsUsed: 0, attemptsLeft: 2, nextAttemptOpen: true };
    const inTime = { dueAt, isLate: false, penaltyPct: 0, locked: false };
    expect(await mine()).toEqual({ ...inTime, ...untouched });
    const { id } = ok(await submit());
    const used = { attemptsUsed: 1, attemptsLeft: 1 };
    expect(await mine()).toEqual({ ...inTime, ...used, nextAttemptOpen: false });
    ok(await grade(id, { score: 1 }));
    ok(await giveBack(id));
    advance(25 * HOUR);
    expect(await mine()).toEqual({
      dueAt,
      isLate: true,
      penaltyPct: 10,
      locked: false,
      ...used,
      nextAttemptOpen: true,
    });
  });

  test("is for the enrolled, its instructor, admins, and reviewers while it is under review", async () => {
    const { world, assignment, assignmentId, enrollmentId } = await assigned();
    const read = (as: Person) => http("GET", `/lms/assignments/${assignmentId}`, { as });
    for (const as of [world.instructor, world.admin]) {
      const answer = await read(as);
      expect(answer.body).toEqual({ ...assignment, mine: null });
      expect(answer.headers.get("etag")).toBe('"v1"');
    }
    const stranger = await world.newPerson("learner");
    for (const as of [stranger, world.reviewer]) {
      await expectRefused(world.orgId, { status: 403, code: "PERMISSION_DENIED" }, () => read(as));
    }
    ok(await http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: world.learner }));
    expect((await read(world.learner)).status).toBe(403);
    const draft = await draftCourse(world, { modules: [{ title: "Only" }] });
    const { id } = await assign(world, draft.modules[0]?.id);
    const submit = `/lms/instructor/courses/${draft.course.id}/submit-review`;
    ok(await http("POST", submit, { as: world.instructor }));
    expect((await http("GET", `/lms/assignments/${id}`, { as: world.reviewer })).status).toBe(200);
  });

  test("lists a course's to its author alone, page by page and by module", async () => {
    const { world, courseId, moduleId, assignmentId } = await assigned();
    const ofCourse = ok(
      await command(
        "lms.assignment.create",
        {
          courseId,
          title: "Whole course",
          instructions: "Think",
          type: "project",
          maxScore: 5,
          passingScore: 5,
        },
        world.instructor,
      ),
    );
    const list = (search: string, as = world.instructor) =>
      http("GET", `/lms/instructor/courses/${courseId}/assignments?${search}`, { as });
    const first = ok(await list("limit=1"));
    expect([ids(first), first.hasMore]).toEqual([[ofCourse.id], true]);
    expect(ids(ok(await list(`limit=1&cursor=${first.nextCursor}`)))).toEqual([assignmentId]);
    expect(ids(ok(await list(`moduleId=${moduleId}`)))).toEqual([assignmentId]);
    expect((await list("", world.learner)).status).toBe(403);
    expect((await list("", await world.newPerson("instructor"))).status).toBe(403);
  });

  test("lists a course's to its learners, without those of hidden modules, each with the own due date", async () => {
    const { world, courseId, enrollmentId, moduleId, assignmentId } = await assigned({
      dueHoursAfterEnrollment: 1,
    });
    const { activatedAt } = ok(
      await http("GET", `/lms/enrollments/${enrollmentId}`, { as: world.learner }),
    );
    const list = (as: Person) => http("GET", `/lms/learn/${courseId}/assignments`, { as });
    expect(ok(await list(world.learner)).data).toMatchObject([
      { id: assignmentId, dueAt: new Date(Date.parse(activatedAt) + HOUR).toISOString() },
    ]);
    expect(ok(await list(world.instructor)).data).toMatchObject([{ dueAt: null }]);
    expect((await list(await world.newPerson("learner"))).status).toBe(403);
    const hide = { moduleId, isPublished: false };
    ok(await command("lms.module.update", hide, world.instructor));
    expect(ok(await list(world.learner)).data).toEqual([]);
  });

  test("is named by its module's content, within the course alone", async () => {
    const { world, moduleId, assignmentId } = await assigned();
    const elsewhere = await draftCourse(world);
    const stranger = await assign(world, elsewhere.modules[0]?.id);
    const name = (id: string) =>
      command("lms.module.update", { moduleId, content: { assignmentId: id } }, world.instructor);
    expect(ok(await name(assignmentId)).content).toEqual({ assignmentId });
    expect((await name(stranger.id)).body).toMatchObject({
      status: 404,
      detail: "Assignment not found",
    });
  });

  test("knows none of another organization", async () => {
    const { assignmentId } = await assigned();
    const { world } = await assigned();
    await expectForeignIsMissing(assignmentId, "Assignment", (id) =>
      http("GET", `/lms/assignments/${id}`, { as: world.admin }),
    );
  });
});

describe("reading submissions", () => {
  test("is for its learner, the course's instructor and admins", async () => {
    const { world, submit, peer } = await assigned();
    const { id } = ok(await submit());
    const others = [await peer(), await world.newPerson("instructor"), world.reviewer];
    for (const path of [`/lms/submissions/${id}`, `/lms/submissions/${id}/feedback`]) {
      const { learner, instructor, admin, orgAdmin } = world;
      for (const as of [learner, instructor, admin, orgAdmin]) {
        expect((await http("GET", path, { as })).status).toBe(200);
      }
      for (const as of others) {
        await expectRefused(
          world.orgId,
          { status: 403, detail: "Permission denied: submission:read" },
          () => http("GET", path, { as }),
        );
      }
    }
    const foreign = await assigned();
    await expectForeignIsMissing(id, "Submission", (one) =>
      http("GET", `/lms/submissions/${one}`, { as: foreign.world.admin }),
    );
  });

  test("says nothing of a grade before there is one, then each criterion's score", async () => {
    const { world, submit, grade } = await assigned({
      rubric: [
        { id: "a", title: "A", maxScore: 5 },
        { id: "b", title: "B", maxScore: 5 },
      ],
    });
    const { id } = ok(await submit());
    const feedback = async () =>
      ok(await http("GET", `/lms/submissions/${id}/feedback`, { as: world.learner }));
    expect(await feedback()).toMatchObject({
      status: "grading",
      score: null,
      passed: null,
      explanation: null,
      peers: [],
      kept: null,
    });
    ok(await grade(id, { score: 7, rubricScores: { a: 4 }, feedback: "Fine" }));
    expect(await feedback()).toMatchObject({
      status: "graded",
      feedback: "Fine",
      rubric: [
        { id: "a", score: 4 },
        { id: "b", score: null },
      ],
      explanation: { score: 7, finalScore: 7, penaltyPct: 0, isLate: false, dueAt: null },
      kept: { submissionId: id, finalScore: 7, passed: false },
    });
  });

  test("lists all of an assignment to its instructor, to a learner its own", async () => {
    const { world, assignmentId, submit, grade, peer } = await assigned();
    const other = await peer();
    const mine = ok(await submit()).id;
    const theirs = ok(await submit({ content: "Theirs" }, other)).id;
    ok(await grade(mine, { score: 5 }));
    const list = async (as: Person, rest: Json = {}) =>
      ok(await query("lms.submissions.list", { assignmentId, ...rest }, as));
    for (const as of [world.instructor, world.admin, world.orgAdmin]) {
      expect(ids(await list(as))).toEqual([theirs, mine]);
    }
    expect(ids(await list(world.instructor, { status: "graded" }))).toEqual([mine]);
    expect([ids(await list(world.learner)), ids(await list(other))]).toEqual([[mine], [theirs]]);
    expect(ids(await list(other, { status: "graded" }))).toEqual([]);
    const first = await list(world.instructor, { limit: 1 });
    expect(ids(await list(world.instructor, { limit: 1, cursor: first.nextCursor }))).toEqual([
      mine,
    ]);
    expect(first.data[0]).not.toHaveProperty("content");
    for (const as of [await world.newPerson("learner"), await world.newPerson("instructor")]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: submission:list" },
        () => query("lms.submissions.list", { assignmentId }, as),
      );
    }
  });

  test("lists what waits in all of an instructor's courses, and follows a course to its next one", async () => {
    const { world, courseId, submit, grade } = await assigned();
    const one = ok(await submit()).id;
    const second = await publishedCourse(world, { modules: [{ title: "Only" }] });
    await enrolled(world, second.course.id);
    const { id: assignmentId } = await assign(world, second.modules[0]?.id, { title: "Second" });
    const payload = { assignmentId, content: "Mine" };
    const two = ok(await command("lms.submission.create", payload, world.learner)).id;
    const path = "/lms/instructor/submissions";
    const waiting = async (as: Person, search = "") =>
      ok(await http("GET", `${path}${search}`, { as }));
    const page = await waiting(world.instructor);
    expect(ids(page)).toEqual([two, one]);
    expect(page.data[0]).toMatchObject({ title: "Second", courseId: second.course.id });
    const successor = await world.newPerson("instructor");
    const handOver = { courseId, instructorId: successor.id };
    ok(await command("lms.course.update", handOver, world.admin));
    expect(ids(await waiting(world.instructor))).toEqual([two]);
    expect(ids(await waiting(successor))).toEqual([one]);
    ok(await grade(one, { score: 5 }, successor));
    expect(ids(await waiting(successor))).toEqual([]);
    expect(ids(await waiting(successor, "?status=graded"))).toEqual([one]);
    expect(ids(await waiting(world.admin, `?instructorId=${world.instructor.id}`))).toEqual([two]);
    const named = `${path}?instructorId=${world.instructor.id}`;
    await expectRefused(world.orgId, { status: 403 }, () => http("GET", named, { as: successor }));
    await expectRefused(world.orgId, { status: 403 }, () =>
      http("GET", path, { as: world.learner }),
    );
  });
});

test("the context's events are those of the catalogue, each emitted by a command", () => {
  const emitted = new Set(
    [...lms.commands.values()].flatMap((one) => one.emits.map(({ type }) => type)),
  );
  const ours = [...lms.events.keys()].filter((type) => /^(assignment|submission)\./.test(type));
  expect(ours.toSorted()).toEqual([
    "assignment.created",
    "assignment.deleted",
    "assignment.updated",
    "submission.created",
    "submission.graded",
    "submission.received",
    "submission.returned",
  ]);
  expect(ours.filter((type) => !emitted.has(type))).toEqual([]);
});
