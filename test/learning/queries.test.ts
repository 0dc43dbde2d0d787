import { describe, expect, test } from "vitest";
import { publishedCourse } from "../harness/course.ts";
import { learning } from "../harness/learner.ts";
import { expectForeignIsMissing, said } from "../harness/refusals.ts";
import { http, newOrganization, ok, query } from "../harness/world.ts";

describe("why an enrollment is not completed", () => {
  test("names each criterion, what blocks it and what would meet it", async () => {
    const way = await learning({
      modules: [
        { title: "Read" },
        {
          title: "Film",
          type: "video",
          content: { url: "https://media.test/a.mp4", durationSec: 60 },
          requiredPrevious: true,
        },
        { title: "Quiz", type: "quiz", content: { passingScore: 50 } },
        { title: "Extra", isRequired: false },
      ],
    });
    ok(await way.start(0));
    expect(await way.why()).toMatchObject({
      status: "active",
      completionPct: 0,
      completionThreshold: 80,
      thresholdMet: false,
      modulesCompleted: 0,
      modulesCounted: 3,
      criteria: [
        {
          title: "Read",
          met: false,
          blockingReason: null,
          requiredActions: [{ action: "complete-module" }],
        },
        { title: "Film", met: false, blockingReason: "prerequisites_not_met" },
        {
          title: "Quiz",
          met: false,
          blockingReason: "mastery_not_achieved",
          requiredActions: [{ action: "pass-quiz" }],
        },
      ],
    });
    ok(await way.complete(0));
    expect(await way.why()).toMatchObject({
      completionPct: 33.33,
      modulesCompleted: 1,
      criteria: [
        { met: true, blockingReason: null, requiredActions: [] },
        {
          met: false,
          blockingReason: "insufficient_engagement",
          requiredActions: [{ action: "watch-video" }],
        },
        {},
      ],
    });
  });

  test("is told to the learner, the course's instructor and admins", async () => {
    const way = await learning();
    const { world } = way;
    const path = `/lms/enrollments/${way.enrollmentId}/why`;
    for (const as of [world.learner, world.instructor, world.admin, world.orgAdmin])
      ok(await http("GET", path, { as }));
    for (const as of [
      await world.newPerson("learner"),
      await world.newPerson("instructor"),
      world.reviewer,
    ]) {
      expect(await http("GET", path, { as })).toMatchObject({
        status: 403,
        body: { detail: "Permission denied: progress:read" },
      });
    }
    const stranger = await newOrganization();
    await expectForeignIsMissing(way.enrollmentId, "Enrollment", (id) =>
      http("GET", `/lms/enrollments/${id}/why`, { as: stranger.admin }),
    );
  });
});

describe("a course as its learner goes through it", () => {
  test("shows published modules with lock, progress and the next step", async () => {
    const way = await learning({
      modules: [
        { title: "One" },
        { title: "Hidden", isPublished: false },
        { title: "Two", requiredPrevious: true },
      ],
    });
    const course = () => http("GET", `/lms/learn/${way.courseId}`, { as: way.world.learner });
    expect(ok(await course())).toMatchObject({
      enrollment: { id: way.enrollmentId, status: "active", completionPct: 0 },
      modules: [
        { title: "One", locked: false, progress: { status: "not-started" } },
        { title: "Two", locked: true },
      ],
      nextStep: { title: "One", locked: false },
    });
    ok(await way.complete(0));
    expect(ok(await course())).toMatchObject({
      modules: [{ progress: { status: "completed" } }, { locked: false }],
      nextStep: { title: "Two", locked: false },
    });
  });

  test("opens a free module to whoever asks, and no other", async () => {
    const world = await newOrganization();
    const { course, modules } = await publishedCourse(world, {
      course: { price: { amount: 900, currency: "USD" } },
      modules: [{ title: "Taste", isFree: true }, { title: "Meal" }],
    });
    const open = (at: number) =>
      http("GET", `/lms/learn/${course.id}/modules/${modules[at]?.id}`, { as: world.learner });
    expect(ok(await open(0)).content).toEqual({ html: "<p>Text</p>" });
    expect(said(await open(1))).toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
    ok(
      await http("POST", "/lms/enrollments", { as: world.learner, body: { courseId: course.id } }),
    );
    expect(said(await open(1))).toMatchObject({ status: 402, code: "PAYMENT_REQUIRED" });
  });

  test("stays open to who has it when the course is archived", async () => {
    const way = await learning();
    const { world } = way;
    ok(await http("POST", `/lms/admin/courses/${way.courseId}/archive`, { as: world.admin }));
    ok(await way.open(0));
    expect(ok(await way.complete(0))).toMatchObject({ completionPct: 50 });
    const late = await world.newPerson("learner");
    expect(await way.open(0, late)).toMatchObject({ status: 404 });
  });

  test("has its progress by module under the enrollment, and by name", async () => {
    const way = await learning();
    ok(await way.complete(0));
    const whole = ok(
      await http("GET", `/lms/enrollments/${way.enrollmentId}/progress`, {
        as: way.world.instructor,
      }),
    );
    expect(whole).toMatchObject({
      completionPct: 50,
      modules: [{ status: "completed" }, { status: "not-started" }],
    });
    const params = { enrollmentId: way.enrollmentId, moduleId: way.moduleId(0) };
    expect(ok(await query("lms.progress.get", params, way.world.learner))).toMatchObject({
      module: { status: "completed" },
      nextStep: { moduleId: way.moduleId(1) },
    });
  });
});
