/** What the score is made of; `days` is the length of the period that the learner-days fell in. */
export type EngagementFacts = {
  /** Active and completed enrollments. */
  enrolled: number;
  /** Share of those who ever had access that completed, 0 to 1. */
  completionRate: number;
  /** Average completion of those enrolled, 0 to 1. */
  averageProgress: number;
  /** A learner active on a day is one. */
  learnerDays: number;
  timeSpentSec: number;
  days: number;
  /** 1 to 5; null where nobody has rated. */
  ratingAverage: number | null;
};

/** Learning on so many days a week is all that regularity asks for. */
const FULL_DAYS = 3;
/** And so long a week is all that effort asks for. */
const FULL_WEEK_SEC = 90 * 60;

const WEIGHTS = { completion: 30, progress: 25, regularity: 20, effort: 15, rating: 10 };

/**
 * How engaged a course's learners are, 0 to 100; null while nobody is enrolled. The weighted mean of five
 * shares of 0 to 1: completion rate (30), average progress (25), regularity: the days on which those enrolled
 * learned, against three a week each (20), effort: the time they spent, against an hour and a half a week each
 * (15), and rating: 1 star is 0, 5 are 1 (10). Without a rating the other four share its weight. More learning
 * never lowers the score.
 */
export function engagementOf(facts: EngagementFacts): number | null {
  const { enrolled, completionRate, averageProgress, learnerDays, timeSpentSec, days } = facts;
  if (enrolled === 0) return null;
  const weeks = enrolled * (days / 7);
  const shares = {
    completion: share(completionRate),
    progress: share(averageProgress),
    regularity: share(learnerDays / (weeks * FULL_DAYS)),
    effort: share(timeSpentSec / (weeks * FULL_WEEK_SEC)),
    rating: facts.ratingAverage === null ? undefined : share((facts.ratingAverage - 1) / 4),
  };
  let sum = 0;
  let weights = 0;
  for (const [name, value] of Object.entries(shares)) {
    if (value === undefined) continue;
    const weight = WEIGHTS[name as keyof typeof WEIGHTS];
    sum += weight * value;
    weights += weight;
  }
  return Math.round((sum * 1_000) / weights) / 10;
}

const share = (value: number): number => Math.min(1, Math.max(0, value));
