import * as z from "zod";
import { calendarDate, dateIn, MINUTE } from "../kernel/time.ts";
import { datesFrom, monthOf, type Period } from "./day.ts";
import { type Transition, transitionOf } from "./transition.ts";

/** What happened on a day. */
export type DayFigures = Record<
  Transition | "activeLearners" | "newInMonth" | "timeSpentSec" | "modulesCompleted",
  number
>;

export const NO_FIGURES: DayFigures = {
  created: 0,
  reactivated: 0,
  activated: 0,
  completed: 0,
  expired: 0,
  cancelled: 0,
  refunded: 0,
  activeLearners: 0,
  newInMonth: 0,
  timeSpentSec: 0,
  modulesCompleted: 0,
};

/** Every offset of a time zone is a multiple of it. */
export const QUARTER_MS = 15 * MINUTE;

/** What the days that are not counted yet hold: events by quarter hours, learning by days. */
export type Uncounted = {
  transitions: readonly { type: string; quarter: number; count: number }[];
  learning: readonly ({ day: string } & Pick<
    DayFigures,
    "activeLearners" | "newInMonth" | "timeSpentSec" | "modulesCompleted"
  >)[];
};

/** The figures of each day: the counted ones as they are stored, the others out of what they hold. */
export function figuresByDay(
  counted: readonly ({ day: string } & DayFigures)[],
  { transitions, learning }: Uncounted,
  zone: string,
): Map<string, DayFigures> {
  const days = new Map<string, DayFigures>(counted.map(({ day, ...figures }) => [day, figures]));
  const add = (day: string, more: Partial<DayFigures>) => {
    const sum = { ...(days.get(day) ?? NO_FIGURES) };
    for (const [name, value] of Object.entries(more)) sum[name as keyof DayFigures] += value;
    days.set(day, sum);
  };
  for (const { type, quarter, count } of transitions) {
    const transition = transitionOf(type);
    if (transition) add(dateIn(quarter * QUARTER_MS, zone), { [transition]: count });
  }
  for (const { day, ...figures } of learning) add(day, figures);
  return days;
}

export const shownDay = z.object({
  date: calendarDate,
  created: z.int(),
  reactivated: z.int(),
  activated: z.int(),
  completed: z.int(),
  expired: z.int(),
  cancelled: z.int(),
  refunded: z.int(),
  activeLearners: z.int().describe("Learners who learned on that day"),
  timeSpentSec: z.int(),
  modulesCompleted: z.int(),
});

/** Each day of a period, those without figures too. */
export const daysShown = (
  days: ReadonlyMap<string, DayFigures>,
  { startDate, endDate }: Period,
): z.infer<typeof shownDay>[] =>
  datesFrom(startDate, endDate).map((date) => {
    const { newInMonth: _, ...figures } = days.get(date) ?? NO_FIGURES;
    return { date, ...figures };
  });

/** The learners active in each month that a period touches, each counted once, over the whole month. */
export function activeByMonth(
  days: ReadonlyMap<string, DayFigures>,
  { startDate, endDate }: Period,
): { month: string; activeLearners: number }[] {
  const months = new Map<string, number>();
  for (const date of datesFrom(startDate, endDate)) months.set(monthOf(date), 0);
  for (const [date, { newInMonth }] of days) {
    const before = months.get(monthOf(date));
    if (before !== undefined) months.set(monthOf(date), before + newInMonth);
  }
  return [...months].map(([month, activeLearners]) => ({ month, activeLearners }));
}
