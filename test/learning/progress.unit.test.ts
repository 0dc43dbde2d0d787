import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CompletionFacts,
  isPassed,
  isWatched,
  lockOf,
  type ModuleFacts,
  masteryOf,
  nextStepOf,
  type ProgressFacts,
  previousOf,
  qualityOf,
  scoreIn,
  unmetOf,
} from "../../src/learning/progress.ts";
import { assignmentsIn } from "../../src/learning/sections.ts";

const module = (id: string, more: Partial<ModuleFacts> = {}): ModuleFacts => ({
  id,
  title: id.toUpperCase(),
  type: "article",
  isPublished: true,
  isFree: false,
  isRequired: true,
  requiredPrevious: false,
  content: null,
  minimumSeconds: null,
  masteryScore: null,
  ...more,
});
const done = (...ids: string[]) => ids.map((moduleId) => ({ moduleId, status: "completed" }));

const locked = { requiredPrevious: true };

describe("a module that requires the one before", () => {
  const modules = [module("a"), module("b", locked), module("c", locked)];
  const lock = (at: number, progress: { moduleId: string; status: string }[]) => {
    const one = modules[at];
    return one && lockOf(modules, progress, one);
  };

  test("is blocked until that is completed, and says which one to complete", () => {
    for (const progress of [[], [{ moduleId: "a", status: "in-progress" }], done("c")]) {
      expect(lock(1, progress)).toMatchObject({
        refused: "PROGRESS_BLOCKED",
        detail: "Complete “A” first",
        more: {
          rule: "moduleSequentialLock",
          blockingReason: "prerequisites_not_met",
          requiredActions: [{ action: "complete-module", moduleId: "a", message: "Complete “A”" }],
        },
      });
    }
    expect(lock(1, done("a"))).toBeUndefined();
    expect(lock(2, done("a"))).toBeDefined();
  });

  test("is open as the first, and looks past modules that are not published", () => {
    const hidden = [
      module("x", { ...locked, isPublished: false }),
      module("b", locked),
      module("y", { isPublished: false }),
      module("c", locked),
    ];
    const [, b, , c] = hidden;
    expect(b && lockOf(hidden, [], b)).toBeUndefined();
    expect(c && previousOf(hidden, c.id)?.id).toBe("b");
    expect(c && lockOf(hidden, [], c)).toBeDefined();
    expect(c && lockOf(hidden, done("b"), c)).toBeUndefined();
  });
});

describe("the next step", () => {
  const modules = [
    module("a"),
    module("b", locked),
    module("hidden", { isPublished: false }),
    module("c"),
  ];

  test("is the first published module that is not completed, with whether it is locked", () => {
    expect(nextStepOf(modules, [])).toEqual({
      moduleId: "a",
      title: "A",
      type: "article",
      locked: false,
    });
    expect(nextStepOf(modules, done("a"))).toMatchObject({ moduleId: "b", locked: false });
    expect(nextStepOf(modules, done("a", "b"))).toMatchObject({ moduleId: "c" });
    expect(nextStepOf(modules, done("c"))).toMatchObject({ moduleId: "a" });
  });

  test("is none when all is done, or nothing is there to do", () => {
    expect(nextStepOf(modules, done("a", "b", "c"))).toBeNull();
    expect(nextStepOf([], [])).toBeNull();
  });

  test("is never locked, as all before it is done", () => {
    const outline = fc.array(
      fc.record({ requiredPrevious: fc.boolean(), isPublished: fc.boolean(), done: fc.boolean() }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(outline, (spec) => {
        const all = spec.map((one, at) => module(String(at), one));
        const completed = done(...spec.flatMap((one, at) => (one.done ? [String(at)] : [])));
        expect(nextStepOf(all, completed)?.locked ?? false).toBe(false);
      }),
    );
  });
});

const progressed = (more: Partial<ProgressFacts> = {}): ProgressFacts => ({
  moduleId: "m",
  status: "in-progress",
  timeSpentSec: 0,
  bestScore: null,
  positionSec: 0,
  ...more,
});
const facts = (more: Partial<CompletionFacts> = {}): CompletionFacts => ({
  module: module("m"),
  sections: [],
  sectionsDone: new Set(),
  assignments: [],
  progress: undefined,
  verifiedWatching: false,
  attended: false,
  ...more,
});
const reasonOf = (more: Partial<CompletionFacts>) => unmetOf(facts(more))?.more?.blockingReason;
const actionsOf = (more: Partial<CompletionFacts>) =>
  (unmetOf(facts(more))?.more?.requiredActions as { action: string }[] | undefined)?.map(
    (one) => one.action,
  );

describe("what a module still needs, by its type", () => {
  test.each(["article", "download"])("%s: a request", (type) => {
    expect(unmetOf(facts({ module: module("m", { type }) }))).toBeUndefined();
  });

  test("video: 90 % watched", () => {
    const video = module("m", { type: "video", content: { durationSec: 600 } });
    expect(reasonOf({ module: video })).toBe("insufficient_engagement");
    expect(actionsOf({ module: video, progress: progressed({ positionSec: 539 }) })).toEqual([
      "watch-video",
    ]);
    expect(
      unmetOf(facts({ module: video, progress: progressed({ positionSec: 540 }) })),
    ).toBeUndefined();
    const skipped = progressed({ positionSec: 600, watchedIntervals: [[590, 600]] });
    expect(reasonOf({ module: video, progress: skipped, verifiedWatching: true })).toBe(
      "insufficient_engagement",
    );
    const watched = progressed({
      positionSec: 600,
      watchedIntervals: [
        [0, 300],
        [360, 600],
      ],
    });
    expect(
      unmetOf(facts({ module: video, progress: watched, verifiedWatching: true })),
    ).toBeUndefined();
  });

  test("quiz: its passing score; a score reported for nothing passes nothing", () => {
    const quiz = module("m", { type: "quiz", content: { passingScore: 70 } });
    expect(reasonOf({ module: quiz })).toBe("mastery_not_achieved");
    expect(actionsOf({ module: quiz, progress: progressed({ bestScore: 69.9 }) })).toEqual([
      "pass-quiz",
    ]);
    expect(
      unmetOf(facts({ module: quiz, progress: progressed({ bestScore: 70 }) })),
    ).toBeUndefined();
    const lenient = module("m", { type: "quiz", content: { passingScore: 0 } });
    expect(reasonOf({ module: lenient, progress: progressed() })).toBe("mastery_not_achieved");
  });

  test("assignment: graded as passed, each that the module stands for", () => {
    const work = { maxScore: 10, bestScore: null, passed: false };
    const one = { ...work, assignmentId: "a", title: "A", bestScore: 8, passed: true };
    const two = { ...work, assignmentId: "b", title: "B" };
    const assignment = module("m", { type: "assignment", masteryScore: 40 });
    expect(actionsOf({ module: assignment, progress: progressed({ bestScore: 90 }) })).toEqual([
      "submit-assignment",
    ]);
    const open = unmetOf(facts({ module: assignment, assignments: [one, two] }));
    expect(open?.more?.requiredActions).toEqual([
      { action: "submit-assignment", assignmentId: "b", bestScore: null, message: "Pass “B”" },
    ]);
    expect(unmetOf(facts({ module: assignment, assignments: [one] }))).toBeUndefined();
    expect(scoreIn(facts({ module: assignment, assignments: [one, two] }))).toBe(40);
    const hard = { ...assignment, masteryScore: 90 };
    expect(actionsOf({ module: hard, assignments: [one] })).toEqual(["reach-score"]);
    expect(assignmentsIn({ id: "m", content: { assignmentId: "b" } }, placed)).toEqual([placed[1]]);
    expect(assignmentsIn({ id: "m", content: null }, placed)).toEqual([placed[0]]);
  });
  const placed = [
    { assignmentId: "a", moduleId: "m" },
    { assignmentId: "b", moduleId: "other" },
    { assignmentId: "c", moduleId: null },
  ];

  test("live-session: having been there", () => {
    const session = module("m", { type: "live-session" });
    expect(actionsOf({ module: session })).toEqual(["attend-session"]);
    expect(unmetOf(facts({ module: session, attended: true }))).toBeUndefined();
  });
});

describe("a module", () => {
  const text = { type: "text", isRequired: true, content: null, score: null, asks: false };
  const sections = [
    { ...text, id: "s1", title: "One" },
    { ...text, id: "s2", title: "Two", isRequired: false },
    { ...text, id: "s3", title: "Three" },
  ];

  test("needs its required sections first, each of them named", () => {
    const refusal = unmetOf(facts({ sections, module: module("m", { minimumSeconds: 60 }) }));
    expect(refusal?.more).toEqual({
      blockingReason: "prerequisites_not_met",
      requiredActions: [
        { action: "complete-section", sectionId: "s1", message: "Complete “One”" },
        { action: "complete-section", sectionId: "s3", message: "Complete “Three”" },
      ],
    });
    expect(unmetOf(facts({ sections, sectionsDone: new Set(["s1", "s3"]) }))).toBeUndefined();
  });

  test("asks for the seconds that are missing, and for a score above that which passes", () => {
    const timed = module("m", { minimumSeconds: 60 });
    expect(
      unmetOf(facts({ module: timed, progress: progressed({ timeSpentSec: 45 }) }))?.more,
    ).toEqual({
      blockingReason: "insufficient_engagement",
      requiredActions: [{ action: "spend-time", seconds: 15, message: "Spend 15 s more here" }],
    });
    expect(
      unmetOf(facts({ module: timed, progress: progressed({ timeSpentSec: 60 }) })),
    ).toBeUndefined();
    const mastered = module("m", { type: "quiz", content: { passingScore: 50 }, masteryScore: 80 });
    expect(actionsOf({ module: mastered, progress: progressed({ bestScore: 60 }) })).toEqual([
      "reach-score",
    ]);
    expect(
      unmetOf(facts({ module: mastered, progress: progressed({ bestScore: 80 }) })),
    ).toBeUndefined();
    expect(masteryOf({ masteryScore: 80 }, null)).toMatchObject({ refused: "PROGRESS_BLOCKED" });
    expect(masteryOf({ masteryScore: null }, null)).toBeUndefined();
  });

  test("names the quizzes of its sections that are not passed yet, with what passes each", () => {
    const quiz = { ...text, type: "quiz", content: { passingScore: 60 }, score: 59.9 };
    const exercise = { ...text, type: "exercise", content: { html: "" } };
    const asking = [
      { ...quiz, id: "q", title: "Q" },
      { ...exercise, id: "e", title: "E", asks: true },
      { ...exercise, id: "f", title: "F" },
    ];
    expect(asking.map(isPassed)).toEqual([false, false, undefined]);
    expect(unmetOf(facts({ sections: asking }))?.more?.requiredActions).toMatchObject([
      { action: "pass-quiz", sectionId: "q", passingScore: 60, bestScore: 59.9 },
      { action: "pass-quiz", sectionId: "e", passingScore: 100, bestScore: null },
      { action: "complete-section", sectionId: "f" },
    ]);
    expect(isPassed({ ...quiz, id: "q", title: "Q", score: 60 })).toBe(true);
  });

  test("is mastered by the mean of its sections' quizzes, one not tried being nothing", () => {
    const quiz = { ...text, type: "quiz", content: { passingScore: 10 } };
    const sections = [
      { ...quiz, id: "a", title: "A", score: 90 },
      { ...quiz, id: "b", title: "B", score: null },
      { ...text, id: "c", title: "C" },
    ];
    const of = (more: Partial<CompletionFacts>) => scoreIn(facts({ sections, ...more }));
    expect(of({})).toBe(45);
    expect(of({ progress: progressed({ bestScore: 80 }) })).toBe(80);
    expect(of({ sections: [] })).toBeNull();
    expect(of({ module: module("m", { type: "quiz" }) })).toBeNull();
  });

  test("is never further from done for a better score, whatever the quiz asks", () => {
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(percent, percent, percent, percent, (passing, mastery, one, other) => {
        const quiz = module("m", {
          type: "quiz",
          content: { passingScore: passing },
          masteryScore: mastery,
        });
        const met = (bestScore: number) =>
          unmetOf(facts({ module: quiz, progress: progressed({ bestScore }) })) === undefined;
        expect(met(one)).toBe(one >= passing && one >= mastery);
        if (met(Math.min(one, other))) expect(met(Math.max(one, other))).toBe(true);
      }),
    );
  });
});

describe("quality", () => {
  test("is the score to the score wanted, and 1 where none is", () => {
    expect(qualityOf({ masteryScore: null }, null)).toBe(1);
    expect(qualityOf({ masteryScore: 0 }, 0)).toBe(1);
    expect(qualityOf({ masteryScore: 80 }, 60)).toBe(0.75);
    expect(qualityOf({ masteryScore: 80 }, null)).toBe(0);
    expect(qualityOf({ masteryScore: 80 }, 79.9)).toBe(0.99);
    expect(qualityOf({ masteryScore: 100 }, 57)).toBe(0.57);
  });

  test("is between 0 and 1, and 1 only at mastery", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (masteryScore, score) => {
          const quality = qualityOf({ masteryScore }, score);
          expect(quality).toBeGreaterThanOrEqual(0);
          expect(quality).toBeLessThanOrEqual(1);
          expect(quality === 1).toBe(score >= masteryScore);
        },
      ),
    );
  });
});

describe("a video", () => {
  test("without a duration or a report is never watched", () => {
    expect(isWatched({}, { positionSec: 9_999 }, false)).toBe(false);
    expect(isWatched(null, { positionSec: 9_999 }, false)).toBe(false);
    expect(isWatched({ durationSec: 10 }, undefined, false)).toBe(false);
    expect(isWatched({ durationSec: 10 }, { positionSec: 9_999 }, true)).toBe(false);
  });

  test("is watched at nine tenths of whatever duration, not a second before", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 0, max: 40_000 }),
        (durationSec, positionSec) => {
          expect(isWatched({ durationSec }, { positionSec }, false)).toBe(
            Math.min(positionSec, durationSec) * 10 >= durationSec * 9,
          );
        },
      ),
    );
  });
});
