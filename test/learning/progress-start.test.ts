import { describe, expect, test } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import { learning } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectRefused, said } from "../harness/refusals.ts";
import {
  command,
  eventsOf,
  http,
  newOrganization,
  ok,
  race,
  rows,
  statuses,
} from "../harness/world.ts";

const twoLocked = [{ title: "First" }, { title: "Second", requiredPrevious: true }];
const namesOf = async (id: string) => (await eventsOf(id)).map((one) => one.name);

describe("starting a module", () => {
  test("makes its row and says what comes next; again changes nothing", async () => {
    const way = await learning();
    const first = ok(await way.start(0));
    expect(first).toMatchObject({
      enrollmentId: way.enrollmentId,
      enrollmentStatus: "active",
      completionPct: 0,
      module: { moduleId: way.moduleId(0), status: "in-progress", progressPct: 0 },
      nextStep: { moduleId: way.moduleId(0), title: "First", locked: false },
    });
    expect(ok(await way.start(0))).toEqual(first);
    expect(await namesOf(way.enrollmentId)).toEqual([
      "enrollment.created",
      "enrollment.activated",
      "module.started",
    ]);
    await assertLogAgrees(way.world.orgId);
  });

  test("ten times at once is started once", async () => {
    const way = await learning();
    expect(statuses(await race(10, () => way.start(0)))[200]).toBe(10);
    expect(
      (await namesOf(way.enrollmentId)).filter((one) => one === "module.started"),
    ).toHaveLength(1);
    expect(
      await rows("SELECT id FROM lms_module_progress WHERE enrollment_id = ?", way.enrollmentId),
    ).toHaveLength(1);
    await assertLogAgrees(way.world.orgId);
  });

  test("is blocked until the module before is completed, by the rule's reason and with what to do", async () => {
    const way = await learning({ modules: twoLocked });
    for (const act of [way.start, way.report, way.complete]) {
      await expectRefused(
        way.world.orgId,
        {
          status: 409,
          code: "PROGRESS_BLOCKED",
          blockingReason: "prerequisites_not_met",
          requiredActions: [{ action: "complete-module", moduleId: way.moduleId(0) }],
        },
        () => act(1),
      );
    }
    expect(said(await way.open(1))).toMatchObject({
      status: 409,
      blockingReason: "prerequisites_not_met",
    });
    const done = ok(await way.complete(0));
    expect(done.nextStep).toMatchObject({ moduleId: way.moduleId(1), locked: false });
    expect((await eventsOf(way.enrollmentId)).map((one) => one.name)).toContain("module.unlocked");
    expect(ok(await way.start(1)).module).toMatchObject({
      status: "in-progress",
      unlockedAt: expect.any(String),
    });
    ok(await way.open(1));
  });

  test("names the enrollment by its id or its course, one of the two", async () => {
    const way = await learning();
    const { learner } = way.world;
    const moduleId = way.moduleId(0);
    for (const ref of [{}, { enrollmentId: way.enrollmentId, course: way.courseId }]) {
      expect(
        said(await command("lms.progress.start", { ...ref, moduleId }, learner)),
      ).toMatchObject({
        status: 400,
        errors: [{ path: "enrollmentId" }],
      });
    }
    ok(await command("lms.progress.start", { enrollmentId: way.enrollmentId, moduleId }, learner));
    const [row] = await rows("SELECT slug FROM lms_courses WHERE id = ?", way.courseId);
    ok(await http("POST", `/lms/learn/${row?.slug}/modules/${moduleId}/start`, { as: learner }));
  });

  test("is refused to everybody but the learner, and in an enrollment that is not open", async () => {
    const way = await learning();
    const { world, enrollmentId } = way;
    const payload = { enrollmentId, moduleId: way.moduleId(0) };
    for (const as of [world.instructor, world.admin, await world.newPerson("learner")]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: progress:record" },
        () => command("lms.progress.start", payload, as),
      );
    }
    ok(await command("lms.enrollment.expire", { enrollmentId }, world.admin));
    await expectRefused(
      world.orgId,
      { status: 409, code: "INVALID_TRANSITION", state: "expired" },
      () => way.start(0),
    );
  });

  test("of another organization's enrollment, or a module of another course, is 404 as a missing one", async () => {
    const way = await learning();
    const other = await learning();
    const ask = (enrollmentId: string, moduleId: string, as = other.world.learner) =>
      command("lms.progress.start", { enrollmentId, moduleId }, as);
    const missing = said(await ask(newId(), newId()));
    expect(missing).toMatchObject({ status: 404, code: "NOT_FOUND" });
    expect(said(await ask(way.enrollmentId, way.moduleId(0)))).toEqual(missing);
    const noModule = said(await ask(other.enrollmentId, newId()));
    expect(noModule).toMatchObject({ status: 404, detail: "Module not found" });
    expect(said(await ask(other.enrollmentId, way.moduleId(0)))).toEqual(noModule);
    const stranger = await newOrganization();
    const path = `/lms/learn/${way.courseId}/modules/${way.moduleId(0)}`;
    expect(await http("POST", `${path}/start`, { as: stranger.learner })).toMatchObject({
      status: 404,
    });
    expect(await http("GET", path, { as: stranger.learner })).toMatchObject({ status: 404 });
  });

  test("of a module that is not published is 404, to start, open and complete", async () => {
    const way = await learning({
      modules: [{ title: "First" }, { title: "Hidden", isPublished: false }],
    });
    for (const act of [way.start, way.report, way.complete]) {
      expect(said(await act(1))).toMatchObject({ status: 404, detail: "Module not found" });
    }
    expect(await way.open(1)).toMatchObject({ status: 404 });
  });
});
