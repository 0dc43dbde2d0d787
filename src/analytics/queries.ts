import * as z from "zod";
import { courseById, moduleOutlineOf } from "../catalog/statements.ts";
import { isRefusal, type Refusal } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import type { QueryAsk } from "../kernel/query.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { dateIn } from "../kernel/time.ts";
import { NOTHING_NOW, type Now, showNow, shownNow } from "./current.ts";
import {
  datesFrom,
  type Period,
  type PeriodInput,
  periodFault,
  periodInput,
  periodOf,
  shownPeriod,
} from "./day.ts";
import { dropOffOf, moduleFiguresOf, shownModule } from "./drop-off.ts";
import { engagementOf } from "./engagement.ts";
import {
  activeByMonth,
  type DayFigures,
  daysShown,
  figuresByDay,
  shownDay,
  type Uncounted,
} from "./figures.ts";
import { analyticsBy, courseAnalyticsBy, ownCourse } from "./permissions.ts";
import { figuresReads, type OwnDefaults, zoneOf } from "./reads.ts";
import { revenueShown, shownRevenue } from "./revenue.ts";

const shownFigures = {
  period: shownPeriod,
  ...shownNow,
  timeSpentSec: z.int().describe("In the period"),
  modulesCompleted: z.int().describe("In the period"),
  engagementScore: z
    .number()
    .nullable()
    .describe("0 to 100, over the period; null while nobody is enrolled"),
  revenueByMonth: z.array(shownRevenue),
  activeByMonth: z.array(z.object({ month: z.string(), activeLearners: z.int() })),
  byDay: z.array(shownDay),
};

type Rows = Uncounted & {
  current: Now | undefined;
  settings: OwnDefaults | undefined;
  revenue: readonly z.infer<typeof shownRevenue>[];
  counted: readonly ({ day: string } & DayFigures)[];
};

/** The figures that a course and an organization have in common. */
function showFigures(
  rows: Rows,
  { input, now, deployment }: Pick<QueryAsk<PeriodInput>, "input" | "now" | "deployment">,
) {
  const timeZone = zoneOf(rows.settings, { deployment });
  const period = periodOf(input, dateIn(now, timeZone));
  const fault: Refusal | undefined = periodFault(period);
  if (fault) return fault;
  const days = figuresByDay(rows.counted, rows, timeZone);
  const current = rows.current ?? NOTHING_NOW;
  const byDay = daysShown(days, period);
  const sum = (name: "timeSpentSec" | "modulesCompleted" | "activeLearners") =>
    byDay.reduce((total, day) => total + day[name], 0);
  const shown = showNow(current);
  return {
    period: { ...period, timeZone },
    ...shown,
    timeSpentSec: sum("timeSpentSec"),
    modulesCompleted: sum("modulesCompleted"),
    engagementScore: engagementOf({
      enrolled: current.enrolled,
      completionRate: (shown.completionRate ?? 0) / 100,
      averageProgress: (shown.averageProgress ?? 0) / 100,
      learnerDays: sum("activeLearners"),
      timeSpentSec: sum("timeSpentSec"),
      days: lengthOf(period),
      ratingAverage: shown.rating.average,
    }),
    revenueByMonth: revenueShown(rows.revenue, period),
    activeByMonth: activeByMonth(days, period),
    byDay,
  };
}

const lengthOf = ({ startDate, endDate }: Period): number => datesFrom(startDate, endDate).length;

export const instructorAnalytics = query({
  type: "lms.instructor.analytics",
  summary: "How a course does: enrollments, progress, time, revenue, rating, engagement, drop-off",
  input: z.strictObject({ courseId: id, ...periodInput }),
  output: z.object({
    courseId: z.string(),
    title: z.string(),
    ...shownFigures,
    dropOff: z.array(shownModule),
  }),
  permission: courseAnalyticsBy,
  fault: periodFault,
  read: ({ db, input, actor, now }) => ({
    course: found("Course", courseById(db, actor.orgId, input.courseId)),
    modules: moduleOutlineOf(db, actor.orgId, input.courseId),
    moduleFigures: moduleFiguresOf(db, actor.orgId, input.courseId),
    ...figuresReads({ db, now, orgId: actor.orgId, period: input }, { courseId: input.courseId }),
  }),
  own: ownCourse,
  answer: ({ course, modules, moduleFigures, ...rows }, ask) => {
    const figures = showFigures(rows, ask);
    if (isRefusal(figures)) return figures;
    return {
      courseId: course.id,
      title: course.title,
      ...figures,
      dropOff: dropOffOf(modules, moduleFigures),
    };
  },
});

export const adminAnalytics = query({
  type: "lms.admin.analytics",
  summary:
    "How the organization does: enrollments, active learners, progress, time, revenue, rating",
  input: z.strictObject(periodInput),
  output: z.object({ courses: z.int(), ...shownFigures }),
  permission: analyticsBy,
  fault: periodFault,
  read: ({ db, input, actor, now }) =>
    figuresReads({ db, now, orgId: actor.orgId, period: input }, "organization"),
  answer: (rows, ask) => {
    const figures = showFigures(rows, ask);
    return isRefusal(figures) ? figures : { courses: rows.current?.courses ?? 0, ...figures };
  },
});
