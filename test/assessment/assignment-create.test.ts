import { describe, expect, test } from "vitest";
import { draftCourse } from "../harness/course.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import { command, eventsOf, http, newOrganization, ok, rows } from "../harness/world.ts";
import { ESSAY, switchOn } from "./assignment.ts";

async function drafted() {
  const world = await newOrganization();
  const { course, modules } = await draftCourse(world);
  return { world, courseId: String(course.id), moduleId: String(modules[0]?.id) };
}

describe("creating an assignment", () => {
  test("gives a module one, with its event's figures and every default said", async () => {
    const { world, courseId, moduleId } = await drafted();
    const answer = await http("POST", `/lms/instructor/modules/${moduleId}/assignments`, {
      as: world.instructor,
      body: { ...ESSAY, dueHoursAfterEnrollment: 48, latePenaltyPct: 12.5 },
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([
      201,
      `/lms/assignments/${answer.body.id}`,
    ]);
    expect(answer.body).toMatchObject({
      ...ESSAY,
      courseId,
      moduleId,
      maxAttempts: null,
      allowLateSubmission: false,
      latePenaltyPct: 12.5,
      dueHoursAfterEnrollment: 48,
      absoluteDueDate: null,
      rubric: null,
      peers: null,
      version: 1,
    });
    const { title, type, maxScore, passingScore } = ESSAY;
    expect(await eventsOf(answer.body.id)).toMatchObject([
      {
        name: "assignment.created",
        version: 1,
        payload: {
          assignmentId: answer.body.id,
          courseId,
          moduleId,
          title,
          type,
          maxScore,
          passingScore,
          dueHoursAfterEnrollment: 48,
        },
      },
    ]);
    await assertLogAgrees(world.orgId);
  });

  test("gives a course one, each criterion of its rubric an id", async () => {
    const { world, courseId } = await drafted();
    const rubric = [
      { title: "Clarity", maxScore: 40 },
      { id: "depth", title: "Depth", maxScore: 60 },
    ];
    const payload = { courseId, ...ESSAY, absoluteDueDate: "2031-01-01T00:00:00+01:00", rubric };
    const made = ok(await command("lms.assignment.create", payload, world.admin));
    expect(made).toMatchObject({
      moduleId: null,
      absoluteDueDate: "2030-12-31T23:00:00.000Z",
      rubric: [{ id: expect.any(String), title: "Clarity" }, { id: "depth" }],
    });
  });

  test.each([
    ["neither course nor module", { moduleId: undefined }, "courseId"],
    ["a passing score out of reach", { passingScore: 101 }, "passingScore"],
    [
      "two due dates",
      { dueHoursAfterEnrollment: 1, absoluteDueDate: "2031-01-01T00:00:00Z" },
      "absoluteDueDate",
    ],
    [
      "two criteria of one id",
      {
        rubric: [
          { id: "a", title: "A", maxScore: 1 },
          { id: "a", title: "B", maxScore: 1 },
        ],
      },
      "rubric",
    ],
    ["a penalty above the whole", { latePenaltyPct: 101 }, "latePenaltyPct"],
    ["no attempts", { maxAttempts: 0 }, "maxAttempts"],
    ["a field that there is not", { moduleID: "x" }, "moduleID"],
  ])("refuses %s with its path", async (_, wrong, path) => {
    const { world, moduleId } = await drafted();
    const payload = { moduleId, ...ESSAY, ...wrong };
    const answer = await command("lms.assignment.create", payload, world.instructor);
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path }] });
  });

  test("refuses a module of another course as a missing one", async () => {
    const { world, courseId } = await drafted();
    const { modules } = await draftCourse(world);
    const payload = { courseId, moduleId: modules[0]?.id, ...ESSAY };
    expect((await command("lms.assignment.create", payload, world.instructor)).body).toMatchObject({
      status: 404,
      detail: "Module not found",
    });
  });

  test("is the course's own instructor's and lms-admin's", async () => {
    const { world, moduleId } = await drafted();
    const stranger = await world.newPerson("instructor");
    for (const as of [stranger, world.learner, world.reviewer, world.orgAdmin]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: assignment:create" },
        () => command("lms.assignment.create", { moduleId, ...ESSAY }, as),
      );
    }
  });

  test("is refused while the course is under review, and once it is archived", async () => {
    const { world, courseId, moduleId } = await drafted();
    for (const status of ["under-review", "archived"]) {
      await rows("UPDATE lms_courses SET status = ? WHERE id = ?", status, courseId);
      await expectRefused(
        world.orgId,
        { status: 409, code: "INVALID_TRANSITION", state: status },
        () => command("lms.assignment.create", { moduleId, ...ESSAY }, world.instructor),
      );
    }
  });

  test("asks for peers only where peer review is switched on, then three unless said otherwise", async () => {
    const { world, moduleId } = await drafted();
    const create = (fields: object) =>
      command("lms.assignment.create", { moduleId, ...ESSAY, ...fields }, world.instructor);
    for (const fields of [{ peers: 2 }, { type: "peer-review" }]) {
      await expectRefused(world.orgId, { status: 409, code: "FEATURE_DISABLED" }, () =>
        create(fields),
      );
    }
    await switchOn(world.orgId, "enablePeerReview");
    expect(ok(await create({ type: "peer-review" })).peers).toBe(3);
    expect(ok(await create({ peers: 2 })).peers).toBe(2);
  });

  test("knows no module of another organization", async () => {
    const { moduleId } = await drafted();
    const { world } = await drafted();
    await expectForeignIsMissing(moduleId, "Module", (id) =>
      command("lms.assignment.create", { moduleId: id, ...ESSAY }, world.admin),
    );
  });
});
