import { termsOf } from "../assessment/statements.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import { breaks } from "../kernel/rule.ts";
import { moduleSequentialLock } from "./rules.ts";
import { secondsWatched } from "./watched.ts";

/** A video counts as watched from this share of its duration. */
const WATCHED_SHARE = 0.9;

export type Outline = {
  id: string;
  title: string;
  type: string;
  isPublished: boolean;
  isFree: boolean;
  isRequired: boolean;
  requiredPrevious: boolean;
};
export type Content = Record<string, unknown> | null;
export type ModuleFacts = Outline & {
  content: Content;
  minimumSeconds: number | null;
  masteryScore: number | null;
};
export type SectionFacts = {
  id: string;
  title: string;
  type: string;
  isRequired: boolean;
  content: Content;
  /** Percent of the best attempt at its quiz, or at the questions of an exercise. */
  score: number | null;
  /** Whether an exercise has questions: without, it is done on request. */
  asks: boolean;
};
export type AssignmentFacts = {
  assignmentId: string;
  title: string;
  maxScore: number;
  /** Of the best graded work, after penalties. */
  bestScore: number | null;
  passed: boolean;
};
export type Watched = {
  positionSec: number;
  watchedIntervals?: [number, number][] | null;
};
export type ProgressFacts = Watched & {
  moduleId: string;
  status: string;
  timeSpentSec: number;
  bestScore: number | null;
};

export type BlockingReason =
  | "prerequisites_not_met"
  | "insufficient_engagement"
  | "mastery_not_achieved";
export type RequiredAction = { action: string; message: string } & Record<string, unknown>;

export const blocked = (
  blockingReason: BlockingReason,
  detail: string,
  requiredActions: RequiredAction[],
  by: Refusal["more"] = {},
): Refusal<"PROGRESS_BLOCKED"> =>
  refuse("PROGRESS_BLOCKED", detail, { more: { ...by, blockingReason, requiredActions } });

/** The published module just before one, which it may require. */
export function previousOf<M extends Outline>(
  modules: readonly M[],
  moduleId: string,
): M | undefined {
  const published = modules.filter((module) => module.isPublished || module.id === moduleId);
  const at = published.findIndex((module) => module.id === moduleId);
  return published[at - 1];
}

/** Refused while the module before is open; free modules are not locked to preview, only to complete. */
export function lockOf(
  modules: readonly Outline[],
  progress: readonly { moduleId: string; status: string }[],
  module: Outline,
): Refusal<"PROGRESS_BLOCKED"> | undefined {
  const previous = previousOf(modules, module.id);
  const status = progress.find((one) => one.moduleId === previous?.id)?.status ?? "not-started";
  const facts = { module, ...(previous ? { previous: { id: previous.id, status } } : {}) };
  const broken = breaks(moduleSequentialLock, facts);
  if (!broken || !previous) return undefined;
  const message = `Complete “${previous.title}”`;
  const required = { action: "complete-module", moduleId: previous.id, message };
  return blocked("prerequisites_not_met", `${message} first`, [required], broken.more);
}

export type CompletionFacts = {
  module: ModuleFacts;
  sections: readonly SectionFacts[];
  sectionsDone: ReadonlySet<string>;
  /** Those that the module stands for. */
  assignments: readonly AssignmentFacts[];
  progress: ProgressFacts | undefined;
  verifiedWatching: boolean;
  attended: boolean;
};

/** What still stands between a learner and a module's completion, in the order it is asked; none completes it. */
export function unmetOf(facts: CompletionFacts): Refusal<"PROGRESS_BLOCKED"> | undefined {
  const { module, sections, sectionsDone, progress } = facts;
  const open = sections.filter((one) => one.isRequired && !sectionsDone.has(one.id));
  if (open.length > 0) {
    const actions = open.map(sectionAction);
    return blocked(
      "prerequisites_not_met",
      "Complete the module's required sections first",
      actions,
    );
  }
  const missingSec = (module.minimumSeconds ?? 0) - (progress?.timeSpentSec ?? 0);
  if (missingSec > 0) {
    return blocked("insufficient_engagement", `Spend ${missingSec} s more in this module`, [
      { action: "spend-time", seconds: missingSec, message: `Spend ${missingSec} s more here` },
    ]);
  }
  return criterionOf(facts) ?? masteryOf(module, scoreIn(facts));
}

/** The module's own criterion, by its type. */
function criterionOf(facts: CompletionFacts): Refusal<"PROGRESS_BLOCKED"> | undefined {
  const { module, progress, verifiedWatching, attended } = facts;
  switch (module.type) {
    case "video":
      return isWatched(module.content, progress, verifiedWatching)
        ? undefined
        : blocked("insufficient_engagement", "Watch at least 90 % of the video", [
            { action: "watch-video", share: WATCHED_SHARE, message: "Watch the video on" },
          ]);
    case "quiz": {
      const passingScore = termsOf(module.type, module.content)?.passingPct ?? 0;
      const bestScore = progress?.bestScore ?? null;
      const message = `Pass the quiz with at least ${passingScore} %`;
      return passes(bestScore, passingScore)
        ? undefined
        : blocked("mastery_not_achieved", message, [
            { action: "pass-quiz", moduleId: module.id, passingScore, bestScore, message },
          ]);
    }
    case "assignment":
      return assignmentsOpen(facts.assignments);
    case "live-session":
      return attended
        ? undefined
        : blocked("insufficient_engagement", "Attend the live session", [
            { action: "attend-session", message: "Join the live session" },
          ]);
    default:
      return undefined;
  }
}

/** What passes a section's quiz, in percent; undefined where the section asks no questions. */
const passingOf = ({ type, content, asks }: SectionFacts): number | undefined =>
  type === "exercise" && !asks ? undefined : termsOf(type, content)?.passingPct;

/** Undefined where a section is done by other means than questions. */
export function isPassed(section: SectionFacts): boolean | undefined {
  const passing = passingOf(section);
  return passing === undefined ? undefined : passes(section.score, passing);
}

function sectionAction(section: SectionFacts): RequiredAction {
  const passingScore = passingOf(section);
  const about = { sectionId: section.id };
  if (passingScore === undefined || isPassed(section)) {
    return { action: "complete-section", ...about, message: `Complete “${section.title}”` };
  }
  const message = `Pass “${section.title}” with at least ${passingScore} %`;
  return { action: "pass-quiz", ...about, passingScore, bestScore: section.score, message };
}

function assignmentsOpen(
  assignments: readonly AssignmentFacts[],
): Refusal<"PROGRESS_BLOCKED"> | undefined {
  const open = assignments.filter((one) => !one.passed);
  if (assignments.length > 0 && open.length === 0) return undefined;
  const detail = "The assignment has to be graded as passed";
  const action = "submit-assignment";
  const actions = open.map(({ assignmentId, title, bestScore }) => ({
    action,
    assignmentId,
    bestScore,
    message: `Pass “${title}”`,
  }));
  const none = [{ action, message: "Hand the assignment in once there is one" }];
  return blocked("mastery_not_achieved", detail, actions.length > 0 ? actions : none);
}

/**
 * The score that a module's mastery is held against, in percent: of its own quiz, else the mean of its
 * assignments or of the quizzes in its sections, one not tried being nothing; or what staff gave, if more.
 */
export function scoreIn({
  module,
  sections,
  assignments,
  progress,
}: Pick<CompletionFacts, "module" | "sections" | "assignments" | "progress">): number | null {
  const own = progress?.bestScore ?? null;
  if (module.type === "quiz") return own;
  const scores =
    module.type === "assignment"
      ? assignments.map((one) => ((one.bestScore ?? 0) * 100) / one.maxScore)
      : sections.filter((one) => passingOf(one) !== undefined).map((one) => one.score ?? 0);
  if (scores.length === 0) return own;
  const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  return Math.max(own ?? 0, Math.floor(mean * 100 + 1e-6) / 100);
}

const passes = (score: number | null | undefined, least: number): boolean =>
  score !== null && score !== undefined && score >= least;

/** A module may ask for a score above that which passes. */
export function masteryOf(
  module: Pick<ModuleFacts, "masteryScore">,
  score: number | null,
): Refusal<"PROGRESS_BLOCKED"> | undefined {
  const { masteryScore } = module;
  if (masteryScore === null || passes(score, masteryScore)) return undefined;
  const message = `Reach ${masteryScore} %`;
  return blocked("mastery_not_achieved", `${message} in this module`, [
    { action: "reach-score", score: masteryScore, message },
  ]);
}

/** The mastery ratio: score to the score wanted, at most 1 and rounded down; 1 where none is wanted. */
export function qualityOf(module: Pick<ModuleFacts, "masteryScore">, score: number | null): number {
  if (module.masteryScore === null || module.masteryScore === 0) return 1;
  return Math.min(1, Math.floor(((score ?? 0) * 100) / module.masteryScore) / 100);
}

/** With verified watching only the union of what was watched counts, else the furthest position. */
export function isWatched(
  content: Content,
  watched: Watched | undefined,
  verifiedWatching: boolean,
): boolean {
  const durationSec = numberIn(content, "durationSec");
  if (durationSec === undefined || !watched) return false;
  const seconds = verifiedWatching
    ? secondsWatched(watched.watchedIntervals ?? [], durationSec)
    : Math.min(watched.positionSec, durationSec);
  return seconds >= durationSec * WATCHED_SHARE;
}

function numberIn(content: Content, name: string): number | undefined {
  const value = content?.[name];
  return typeof value === "number" ? value : undefined;
}

export type NextStep = {
  moduleId: string;
  title: string;
  type: string;
  locked: boolean;
} | null;

/** The first published module that is not completed yet; null when none is left. */
export function nextStepOf(
  modules: readonly Outline[],
  progress: readonly { moduleId: string; status: string }[],
): NextStep {
  const done = new Set(
    progress.filter((one) => one.status === "completed").map((one) => one.moduleId),
  );
  const next = modules.find((module) => module.isPublished && !done.has(module.id));
  if (!next) return null;
  const locked = lockOf(modules, progress, next) !== undefined;
  return { moduleId: next.id, title: next.title, type: next.type, locked };
}
