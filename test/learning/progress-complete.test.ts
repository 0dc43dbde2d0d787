import { describe, expect, test } from "vitest";
import { learning } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectRefused, said } from "../harness/refusals.ts";
import { advance, command, eventsOf, http, newOrganization, ok, rows } from "../harness/world.ts";

const namesOf = async (id: string) => (await eventsOf(id)).map((one) => one.name);
const blocked = (blockingReason: string, action: string) => ({
  status: 409,
  code: "PROGRESS_BLOCKED",
  blockingReason,
  requiredActions: [{ action }],
});

describe("completing a module", () => {
  test("raises the percentage, and at the threshold completes the enrollment in the same answer", async () => {
    const way = await learning({
      modules: Array.from({ length: 5 }, (_, at) => ({ title: `M${at}` })),
    });
    const first = ok(await way.complete(0));
    expect(first).toMatchObject({
      enrollmentStatus: "active",
      completionPct: 20,
      quality: 1,
      module: { status: "completed", progressPct: 100 },
      nextStep: { moduleId: way.moduleId(1) },
    });
    for (const at of [1, 2]) ok(await way.complete(at));
    expect(ok(await way.complete(3))).toMatchObject({
      enrollmentStatus: "completed",
      completionPct: 80,
      nextStep: { moduleId: way.moduleId(4) },
    });
    expect((await namesOf(way.enrollmentId)).slice(-4)).toEqual([
      "module.started",
      "module.completed",
      "progress.updated",
      "enrollment.completed",
    ]);
    expect(await way.enrollment()).toMatchObject({
      status: "completed",
      completedAt: expect.any(String),
    });
    await assertLogAgrees(way.world.orgId);
  });

  test("goes on after completion: what is learned then is recorded all the same, and completes nothing twice", async () => {
    const way = await learning({ course: { completionThreshold: 50 } });
    expect(ok(await way.complete(0))).toMatchObject({
      enrollmentStatus: "completed",
      completionPct: 50,
    });
    expect(ok(await way.complete(1))).toMatchObject({
      enrollmentStatus: "completed",
      completionPct: 100,
      nextStep: null,
    });
    expect(
      (await namesOf(way.enrollmentId)).filter((one) => one === "enrollment.completed"),
    ).toHaveLength(1);
    await assertLogAgrees(way.world.orgId);
  });

  test("again changes nothing", async () => {
    const way = await learning();
    const first = ok(await way.complete(0));
    const told = await namesOf(way.enrollmentId);
    expect(ok(await way.complete(0))).toEqual(first);
    expect(await namesOf(way.enrollmentId)).toEqual(told);
  });

  test("counts published required modules alone; publishing another later un-completes nothing", async () => {
    const way = await learning({
      modules: [
        { title: "Needed" },
        { title: "Extra", isRequired: false },
        { title: "Hidden", isPublished: false },
      ],
    });
    expect(ok(await way.complete(0))).toMatchObject({
      enrollmentStatus: "completed",
      completionPct: 100,
    });
    const publish = { as: way.world.instructor, body: { isPublished: true } };
    ok(await http("PATCH", `/lms/instructor/modules/${way.moduleId(2)}`, publish));
    expect(await way.enrollment()).toMatchObject({ status: "completed", completionPct: 100 });
    expect(ok(await way.complete(1))).toMatchObject({
      enrollmentStatus: "completed",
      completionPct: 100,
    });
    expect(await way.why()).toMatchObject({
      status: "completed",
      modulesCompleted: 1,
      modulesCounted: 2,
    });
  });
});

describe("a score that staff gives to a completed module", () => {
  test("is kept where it is the best, and never lowers it", async () => {
    const way = await learning({
      modules: [{ title: "Quiz", type: "quiz", content: { passingScore: 50 } }, { title: "Rest" }],
    });
    const { world, enrollmentId } = way;
    const give = async (quizScore: number) => {
      const payload = { enrollmentId, moduleId: way.moduleId(0), quizScore };
      return ok(await command("lms.progress.complete", payload, world.instructor)).module.bestScore;
    };
    expect(await give(60)).toBe(60);
    const told = await namesOf(enrollmentId);
    expect(await give(90)).toBe(90);
    expect(await give(70)).toBe(90);
    await Promise.all([91, 97, 95, 93].map(give));
    const read = ok(await way.open(0));
    expect(read.progress).toMatchObject({ status: "completed", bestScore: 97 });
    expect(await namesOf(enrollmentId)).toEqual(told);
  });
});

describe("a module is not completed", () => {
  test("before the seconds it asks for have gone by on the clock", async () => {
    const way = await learning({ modules: [{ title: "Slow", minimumSeconds: 60 }] });
    ok(await way.report(0, { timeSpentSec: 3_600 }));
    const answer = await expectRefused(
      way.world.orgId,
      blocked("insufficient_engagement", "spend-time"),
      () => way.complete(0),
    );
    expect(answer.body.requiredActions[0].seconds).toBeGreaterThan(50);
    advance(60_000);
    ok(await way.report(0, { timeSpentSec: 60 }));
    ok(await way.complete(0));
  });

  test("before 90 % of its video were watched", async () => {
    const content = { url: "https://media.test/film.mp4", durationSec: 200 };
    const way = await learning({ modules: [{ title: "Film", type: "video", content }] });
    ok(await way.report(0, { positionSec: 179, progressPct: 100 }));
    await expectRefused(way.world.orgId, blocked("insufficient_engagement", "watch-video"), () =>
      way.complete(0),
    );
    ok(await way.report(0, { positionSec: 180 }));
    ok(await way.complete(0));
  });

  test("by a learner's own score: a quiz is passed by what an instructor gives", async () => {
    const way = await learning({
      modules: [{ title: "Quiz", type: "quiz", content: { passingScore: 60 }, masteryScore: 80 }],
    });
    const { world, enrollmentId } = way;
    const moduleId = way.moduleId(0);
    await expectRefused(world.orgId, blocked("mastery_not_achieved", "pass-quiz"), () =>
      way.complete(0, { quizScore: 100 }),
    );
    const [row] = await rows(
      "SELECT best_score FROM lms_module_progress WHERE enrollment_id = ?",
      enrollmentId,
    );
    expect(row?.best_score ?? null).toBeNull();
    const give = (quizScore: number) =>
      command("lms.progress.complete", { enrollmentId, moduleId, quizScore }, world.instructor);
    await expectRefused(world.orgId, blocked("mastery_not_achieved", "reach-score"), () =>
      give(79.9),
    );
    expect(ok(await give(90))).toMatchObject({
      enrollmentStatus: "completed",
      quality: 1,
      module: { status: "completed", bestScore: 90 },
    });
    expect(await eventsOf(enrollmentId)).toContainEqual(
      expect.objectContaining({
        name: "module.completed",
        payload: expect.objectContaining({ quizScore: 90 }),
      }),
    );
  });

  test("as an assignment or a live session, by asking for it", async () => {
    const way = await learning({
      modules: [
        { title: "Work", type: "assignment", content: {} },
        { title: "Meet", type: "live-session", content: {} },
      ],
    });
    await expectRefused(way.world.orgId, blocked("mastery_not_achieved", "submit-assignment"), () =>
      way.complete(0),
    );
    await expectRefused(way.world.orgId, blocked("insufficient_engagement", "attend-session"), () =>
      way.complete(1),
    );
  });

  test("by another instructor, another learner, or somebody else's learnerId", async () => {
    const way = await learning();
    const { world, enrollmentId } = way;
    const payload = { enrollmentId, moduleId: way.moduleId(0) };
    const denied = { status: 403, detail: "Permission denied: progress:complete" };
    const other = await world.newPerson("learner");
    for (const as of [other, await world.newPerson("instructor"), world.orgAdmin, world.reviewer]) {
      await expectRefused(world.orgId, denied, () => command("lms.progress.complete", payload, as));
    }
    await expectRefused(world.orgId, { status: 404, detail: "Enrollment not found" }, () =>
      command("lms.progress.complete", { ...payload, learnerId: other.id }, world.instructor),
    );
    ok(
      await command(
        "lms.progress.complete",
        { ...payload, learnerId: world.learner.id },
        world.instructor,
      ),
    );
    ok(
      await command(
        "lms.progress.complete",
        { ...payload, moduleId: way.moduleId(1) },
        world.admin,
      ),
    );
    expect(await way.enrollment()).toMatchObject({ status: "completed" });
  });

  test("in an enrollment that is not open, or another organization's", async () => {
    const way = await learning();
    const { world, enrollmentId } = way;
    const payload = { enrollmentId, moduleId: way.moduleId(0) };
    ok(await http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as: world.learner }));
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "cancelled" },
      () => way.complete(0),
    );
    const stranger = await newOrganization();
    const foreign = said(await command("lms.progress.complete", payload, stranger.admin));
    expect(foreign).toMatchObject({ status: 404, code: "NOT_FOUND" });
    const missing = { ...payload, enrollmentId: stranger.orgId };
    expect(said(await command("lms.progress.complete", missing, stranger.admin))).toEqual(foreign);
  });
});
