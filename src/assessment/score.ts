import { fold } from "../kernel/text.ts";
import type { Given, Question } from "./question.ts";

/** Points are kept to a millionth: thirds of a point add up as they should. */
const MILLION = 1_000_000;
/** What binary fractions may be off by, relative to the number that was asked for. */
const NOISE = 1e-9;

export type Answers = Readonly<Record<string, Given | undefined>>;

/** What a graded paper says: points by question id, their sum, and what it is of the whole. */
export type Score = {
  marks: Record<string, number>;
  score: number;
  maxScore: number;
  percent: number;
};

/** Grades a whole paper; what was not answered, or is on no paper, gives nothing. */
export function scoreOf(paper: readonly Question[], answers: Answers): Score {
  const marks = Object.fromEntries(
    paper.map((question) => [question.id, pointsOf(question, answers[question.id])]),
  );
  const score = rounded(Object.values(marks).reduce((sum, points) => sum + points, 0));
  const maxScore = rounded(paper.reduce((sum, { points }) => sum + points, 0));
  return { marks, score, maxScore, percent: percentOf(score, maxScore) };
}

/** Percent with two decimals, rounded down: no quiz is passed by rounding. */
export const percentOf = (score: number, maxScore: number): number =>
  maxScore <= 0 ? 0 : Math.min(100, Math.floor((score * 10_000) / maxScore + 1e-6) / 100);

export const isPassed = (percent: number, passingPct: number): boolean => percent >= passingPct;

export const pointsOf = (question: Question, given: Given | undefined): number =>
  rounded(question.points * shareOf(question, given));

/**
 * The share of a question's points that an answer earns, 0 to 1. Of a multiple choice with r right
 * options: max(0, right options chosen − wrong options chosen) / r. Every other kind gives all or nothing.
 */
export function shareOf(question: Question, given: Given | undefined): number {
  if (given === undefined || given === null) return 0;
  switch (question.kind) {
    case "single":
    case "true-false":
      return given === question.answer ? 1 : 0;
    case "multiple":
      return Array.isArray(given) ? shareChosen(question.answer, given) : 0;
    case "short-text":
      return typeof given === "string" && saysAny(question.answer, given) ? 1 : 0;
    case "numeric":
      return typeof given === "number" && isNear(question.answer, given) ? 1 : 0;
  }
}

function shareChosen(right: readonly string[], given: readonly string[]): number {
  const chosen = new Set(given);
  const hits = right.filter((one) => chosen.has(one)).length;
  return Math.max(0, hits - (chosen.size - hits)) / right.length;
}

/** Case, diacritics, width and blanks do not make an answer wrong; nothing at all is never right. */
function saysAny(right: readonly string[], given: string): boolean {
  const said = bare(given);
  return said !== "" && right.some((one) => bare(one) === said);
}
const bare = (text: string): string => fold(text).replace(/\s+/g, " ").trim();

const isNear = ({ value, tolerance }: { value: number; tolerance: number }, given: number) =>
  Math.abs(given - value) <= tolerance + NOISE * Math.max(1, Math.abs(value));

const rounded = (points: number): number => Math.round(points * MILLION) / MILLION;
