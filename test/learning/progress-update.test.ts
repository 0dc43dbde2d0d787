import { describe, expect, test } from "vitest";
import { learning } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectRefused, said } from "../harness/refusals.ts";
import { advance, command, eventsOf, newOrganization, ok, race, rows } from "../harness/world.ts";

const SECOND = 1_000;
const video = (more = {}) => ({
  title: "Film",
  type: "video",
  content: { url: "https://media.test/film.mp4", durationSec: 100 },
  ...more,
});
const namesOf = async (id: string) => (await eventsOf(id)).map((one) => one.name);

describe("reporting progress", () => {
  test("starts the module the first time, and is no event after that", async () => {
    const way = await learning();
    ok(await way.report(0, { progressPct: 10 }));
    const after = await namesOf(way.enrollmentId);
    expect(after.at(-1)).toBe("module.started");
    ok(await way.report(0, { progressPct: 20 }));
    expect(await namesOf(way.enrollmentId)).toEqual(after);
    await assertLogAgrees(way.world.orgId);
  });

  test("raises figures and never lowers them, whichever report comes last", async () => {
    const way = await learning();
    ok(await way.report(0, { progressPct: 60, positionSec: 300 }));
    expect(ok(await way.report(0, { progressPct: 30, positionSec: 100 })).module).toMatchObject({
      progressPct: 60,
      positionSec: 300,
    });
    await race(12, (at) => way.report(0, { progressPct: 60 + at, positionSec: 300 + at * 10 }));
    const [row] = await rows(
      "SELECT progress_pct, position_sec FROM lms_module_progress WHERE enrollment_id = ?",
      way.enrollmentId,
    );
    expect(row).toEqual({ progress_pct: 71, position_sec: 410 });
  });

  test("to 100 % completes nothing: that is a claim", async () => {
    const way = await learning();
    expect(ok(await way.report(0, { progressPct: 100 }))).toMatchObject({
      completionPct: 0,
      module: { status: "in-progress", progressPct: 100 },
    });
  });

  test("counts seconds at most by the clock, over all devices and modules", async () => {
    const way = await learning();
    expect(ok(await way.report(0, { timeSpentSec: 3_600 })).module.timeSpentSec).toBeLessThan(5);
    advance(60 * SECOND);
    const counted = ok(await way.report(0, { timeSpentSec: 3_600 })).module.timeSpentSec;
    expect(counted).toBeGreaterThanOrEqual(60);
    expect(counted).toBeLessThan(66);
    advance(30 * SECOND);
    await race(6, (at) => way.report(at % 2, { timeSpentSec: 30 }));
    const [sums] = await rows<{ modules: number; whole: number }>(
      `SELECT (SELECT sum(time_spent_sec) FROM lms_module_progress WHERE enrollment_id = ?1) AS modules,
        (SELECT time_spent_sec FROM lms_enrollments WHERE id = ?1) AS whole`,
      way.enrollmentId,
    );
    expect(sums?.whole).toBeGreaterThanOrEqual(90);
    expect(sums?.whole).toBeLessThan(100);
    expect(sums?.modules).toBe(sums?.whole);
    advance(100 * SECOND);
    ok(await way.report(0, { timeSpentSec: 7 }));
    const [row] = await rows(
      "SELECT time_spent_sec AS n FROM lms_enrollments WHERE id = ?",
      way.enrollmentId,
    );
    expect(row?.n).toBe((sums?.whole ?? 0) + 7);
    expect(Number.isInteger(row?.n)).toBe(true);
  });

  test("keeps where the learner is, and names the next step", async () => {
    const sections = [
      { title: "Read", type: "text", content: { html: "<p>a</p>" } },
      { title: "Try", type: "exercise", content: { html: "<p>b</p>" } },
    ];
    const way = await learning({ modules: [{ title: "Parts", sections }] });
    const [read, attempt] = way.modules[0]?.sections ?? [];
    const first = ok(await way.report(0, { sectionId: read.id, progressPct: 40 }));
    expect(first.module).toMatchObject({ currentSectionId: read.id, progressPct: 0 });
    expect(await namesOf(way.enrollmentId)).not.toContain("section.completed");
    ok(await way.report(0, { sectionId: read.id, progressPct: 100 }));
    ok(await way.report(0, { sectionId: read.id, progressPct: 100 }));
    expect(
      (await eventsOf(way.enrollmentId)).filter((one) => one.name === "section.completed"),
    ).toMatchObject([{ payload: { sectionId: read.id, moduleId: way.moduleId(0) } }]);
    await expectRefused(
      way.world.orgId,
      {
        status: 409,
        blockingReason: "prerequisites_not_met",
        requiredActions: [{ action: "complete-section", sectionId: attempt.id }],
      },
      () => way.complete(0),
    );
    ok(await way.report(0, { sectionId: attempt.id, progressPct: 100 }));
    const opened = ok(await way.open(0));
    expect(opened.sections).toMatchObject([{ status: "completed" }, { status: "completed" }]);
    expect(ok(await way.complete(0))).toMatchObject({
      enrollmentStatus: "completed",
      nextStep: null,
    });
    await assertLogAgrees(way.world.orgId);
  });

  test("of a section that is a video completes it at 90 % watched, of one that is a quiz by no claim", async () => {
    const sections = [
      { title: "Watch", type: "video", content: video().content },
      { title: "Answer", type: "quiz", content: { passingScore: 50 } },
    ];
    const way = await learning({ modules: [{ title: "Parts", sections }] });
    const [watch, answer] = way.modules[0]?.sections ?? [];
    ok(await way.report(0, { sectionId: watch.id, positionSec: 89, progressPct: 100 }));
    expect(await namesOf(way.enrollmentId)).not.toContain("section.completed");
    ok(await way.report(0, { sectionId: watch.id, positionSec: 90 }));
    ok(await way.report(0, { sectionId: answer.id, progressPct: 100 }));
    expect(
      (await eventsOf(way.enrollmentId)).filter((one) => one.name === "section.completed"),
    ).toMatchObject([{ payload: { sectionId: watch.id } }]);
  });

  test("of a section's position never lowers it, reported on two devices at once", async () => {
    const sections = [
      { title: "Watch", type: "video", content: { ...video().content, durationSec: 1_000 } },
    ];
    const way = await learning({ modules: [{ title: "Parts", sections }] });
    const [watch] = way.modules[0]?.sections ?? [];
    ok(await way.report(0, { sectionId: watch.id, positionSec: 10 }));
    await race(10, (at) => way.report(0, { sectionId: watch.id, positionSec: (10 - at) * 50 }));
    const [row] = await rows(
      "SELECT interactions ->> '$.positionSec' AS at FROM lms_section_progress WHERE section_id = ?",
      watch.id,
    );
    expect(row?.at).toBe(500);
  });
});

describe("with verified watching", () => {
  test("a video counts by what was played: the end alone is not the whole", async () => {
    const way = await learning({ course: { verifiedWatching: true }, modules: [video()] });
    ok(await way.report(0, { positionSec: 100, timeSpentSec: 0 }));
    await expectRefused(
      way.world.orgId,
      { status: 409, blockingReason: "insufficient_engagement" },
      () => way.complete(0),
    );
    advance(50 * SECOND);
    ok(await way.report(0, { positionSec: 50, timeSpentSec: 50 }));
    advance(20 * SECOND);
    ok(await way.report(0, { positionSec: 70, timeSpentSec: 100_00 }));
    expect(await way.complete(0)).toMatchObject({ status: 409 });
    advance(20 * SECOND);
    ok(await way.report(0, { positionSec: 90, timeSpentSec: 20 }));
    ok(await way.complete(0));
  });

  test("no more is played than the clock and twice the speed allow, on however many devices", async () => {
    const way = await learning({ course: { verifiedWatching: true }, modules: [video()] });
    ok(await way.report(0, { positionSec: 0, timeSpentSec: 0 }));
    advance(20 * SECOND);
    await race(5, (at) => way.report(0, { positionSec: (at + 1) * 20, timeSpentSec: 20 }));
    const [row] = await rows<{ watched: string }>(
      "SELECT watched_intervals AS watched FROM lms_module_progress WHERE enrollment_id = ?",
      way.enrollmentId,
    );
    const played = (JSON.parse(row?.watched ?? "[]") as [number, number][]).reduce(
      (sum, [from, to]) => sum + to - from,
      0,
    );
    expect(played).toBeGreaterThanOrEqual(20);
    expect(played).toBeLessThanOrEqual(44);
  });
});

describe("a report is refused", () => {
  test("with figures out of their bounds", async () => {
    const way = await learning();
    for (const [name, value] of [
      ["progressPct", 101],
      ["progressPct", -1],
      ["positionSec", -5],
      ["positionSec", 1.5],
      ["timeSpentSec", -1],
      ["timeSpentSec", 90_000],
    ] as const) {
      await expectRefused(way.world.orgId, { status: 400, errors: [{ path: name }] }, () =>
        way.report(0, { [name]: value }),
      );
    }
  });

  test("for a section of another module, another learner's enrollment and another organization's", async () => {
    const sections = [{ title: "Read", type: "text", content: { html: "<p>a</p>" } }];
    const way = await learning({ modules: [{ title: "Parts", sections }, { title: "Plain" }] });
    const sectionId = way.modules[0]?.sections[0].id;
    await expectRefused(way.world.orgId, { status: 404, detail: "Section not found" }, () =>
      way.report(1, { sectionId }),
    );
    const payload = { enrollmentId: way.enrollmentId, moduleId: way.moduleId(1), progressPct: 5 };
    const other = await way.world.newPerson("learner");
    await expectRefused(
      way.world.orgId,
      { status: 403, detail: "Permission denied: progress:record" },
      () => command("lms.progress.update", payload, other),
    );
    const stranger = await newOrganization();
    const foreign = said(await command("lms.progress.update", payload, stranger.learner));
    expect(foreign).toMatchObject({ status: 404, code: "NOT_FOUND" });
    const missing = { ...payload, enrollmentId: stranger.orgId };
    expect(said(await command("lms.progress.update", missing, stranger.learner))).toEqual(foreign);
  });
});
