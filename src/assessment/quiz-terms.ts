import { percentOf } from "./score.ts";

/** On what terms a quiz is taken; times in seconds, null is without end. */
export type Terms = {
  /** Percent. */
  passingPct: number;
  timeLimitSec: number | null;
  /** Undefined leaves it to the organization's settings. */
  attemptsMax: number | null | undefined;
  draw: number | null;
  shuffle: boolean;
};

/** An exercise is practised until all of it is right. */
const EXERCISE: Terms = {
  passingPct: 100,
  timeLimitSec: null,
  attemptsMax: null,
  draw: null,
  shuffle: false,
};

/** The terms of an assignment of type quiz: as often as it says, and all its questions. */
export const termsOfAssignment = ({
  passingScore,
  maxScore,
  maxAttempts,
}: {
  passingScore: number;
  maxScore: number;
  maxAttempts: number | null;
}): Terms => ({
  ...EXERCISE,
  passingPct: percentOf(passingScore, maxScore),
  attemptsMax: maxAttempts,
});

/** The terms of a module or section by its type and content; of another type than those that ask questions, none. */
export function termsOf(type: string, content: Record<string, unknown> | null): Terms | undefined {
  if (type === "exercise") return EXERCISE;
  if (type !== "quiz") return undefined;
  const number = (name: string): number | undefined => {
    const value = content?.[name];
    return typeof value === "number" ? value : undefined;
  };
  return {
    passingPct: number("passingScore") ?? 0,
    timeLimitSec: number("timeLimitSec") ?? null,
    attemptsMax: number("maxAttempts"),
    draw: number("draw") ?? null,
    shuffle: content?.shuffle === true,
  };
}
