import * as z from "zod";
import {
  type CourseRow,
  countEnrolled,
  courseById,
  moduleOutlineOf,
  whileOffered,
} from "../../catalog/statements.ts";
import {
  type CohortRow,
  cohortById,
  cohortTold,
  isOpenCohort,
  noSeatLeft,
  placesGivenUp,
  waitsOf,
  whileOpen,
  whileWaiting,
} from "../../cohorts/statements.ts";
import { isMember, memberById } from "../../identity/statements.ts";
import { type Accepted, command } from "../../kernel/command.ts";
import { isRefusal, notFound, type Refusal, refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { type Money, money, sameMoney } from "../../kernel/money.ts";
import type { Actor } from "../../kernel/permission.ts";
import { breaks, evaluate } from "../../kernel/rule.ts";
import { found, insertRow, maybe } from "../../kernel/statement.ts";
import { completionOf, moduleProgressOf } from "../../learning/statements.ts";
import { paymentOpened } from "../../payments/statements.ts";
import { enrollmentWithPayment, showWithPayment } from "../enrollment.ts";
import {
  enrollmentActivated,
  enrollmentCompleted,
  enrollmentCreated,
  enrollmentReactivated,
} from "../events.ts";
import { holdMs } from "../hold.ts";
import { enrollmentMachine } from "../machine.ts";
import { enrollmentCreateBy } from "../permissions.ts";
import { freeCourseSkipPayment, noDuplicateActiveEnrollment } from "../rules.ts";
import { lmsEnrollments } from "../schema.ts";
import {
  type EnrollmentRow,
  enrollmentIdOf,
  enrollmentMoved,
  enrollmentOf,
} from "../statements.ts";
import { activated, type Moved, progressed } from "../transitions.ts";
import {
  joinedLine,
  offerFault,
  offerTold,
  WAITS_MAX,
  waitFault,
  waitingAnswer,
} from "../waiting.ts";

export const enrollmentCreate = command({
  type: "lms.enrollment.create",
  summary: "Enroll a learner: at once where the course is free, else until it is paid for",
  input: z.strictObject({
    courseId: id,
    learnerId: id.optional().describe("The caller, where absent"),
    cohortId: id.optional(),
    pricePaid: money.optional().describe("Has to be the price asked"),
    joinWaitingList: z
      .boolean()
      .optional()
      .describe("A place in line (202) where the cohort has no seat"),
    fromWaitingList: z
      .literal(true)
      .optional()
      .describe("The cohort's own: only while the learner waits for its seat"),
  }),
  output: enrollmentWithPayment,
  statuses: [201],
  later: waitingAnswer,
  permission: enrollmentCreateBy,
  emits: [enrollmentCreated, enrollmentReactivated, enrollmentActivated, enrollmentCompleted],
  refuses: ["DUPLICATE", "CAPACITY_REACHED", "INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => {
    const learnerId = input.learnerId ?? actor.id;
    const enrollmentId = enrollmentIdOf({ ...actor, id: learnerId }, { course: input.courseId });
    return {
      course: found("Course", courseById(db, actor.orgId, input.courseId)),
      learner: found("Learner", memberById(db, actor.orgId, learnerId)),
      before: maybe(enrollmentOf(db, actor.orgId, learnerId, input.courseId)),
      cohort: input.cohortId
        ? found("Cohort", cohortById(db, actor.orgId, input.cohortId))
        : undefined,
      waits: input.cohortId
        ? waitsOf(db, actor.orgId, { learnerId, courseId: input.courseId, limit: WAITS_MAX })
        : undefined,
      modules: moduleOutlineOf(db, actor.orgId, input.courseId),
      progress: moduleProgressOf(db, actor.orgId, enrollmentId),
    };
  },
  own: { learner: ({ learner }, actor) => learner.userId === actor.id },
  decide: ({ course, learner, before, cohort, waits = [], modules, progress }, ask) => {
    const { db, input, actor, now, id: newId, settings } = ask;
    const wait = waits.find((one) => one.cohortId === cohort?.id);
    const refusal =
      waitFault(input) ??
      (isMember(learner) ? undefined : notFound("Learner")) ??
      breaks(noDuplicateActiveEnrollment, { enrollment: before }) ??
      closedCourse(course, actor) ??
      wrongCohort(course, cohort, input.cohortId) ??
      offerFault(input, actor, { wait, learner });
    if (refusal) return refusal;
    const price = priceOf(course);
    if (input.pricePaid && !sameMoney(input.pricePaid, price)) return otherPrice(price);
    const free = evaluate(freeCourseSkipPayment.expr, { course }).holds;
    const offered = input.fromWaitingList ? wait : undefined;
    const byItself = learner.userId === actor.id;
    const pending: Pending = {
      status: "pending-payment",
      cohortId: cohort?.id ?? null,
      pricePaidAmount: price.amount,
      pricePaidCurrency: price.currency,
      enrolledAt: now,
      seatUntil: null,
      source: offered ? "waiting-list" : byItself ? "self" : "admin",
      invitedBy: offered || byItself ? null : actor.id,
    };
    const opened = before
      ? reenrolled(before, pending)
      : created(pending, {
          id: newId(),
          orgId: actor.orgId,
          learnerId: learner.userId,
          course,
          now,
        });
    if (isRefusal(opened)) return opened;
    const { completionPct } = completionOf(modules, progress);
    const threshold = course.completionThreshold;
    const moved = free
      ? progressed(activated(opened, course, now), { completionPct, threshold, now })
      : opened;
    const paid = free
      ? undefined
      : paymentOpened(
          db,
          { orgId: actor.orgId, enrollmentId: moved.row.id, learnerId: learner.userId, price },
          { now, id: newId },
        );
    const seatUntil =
      paid && cohort
        ? now +
          holdMs(settings, { provider: paid.payment.provider, offered: offered !== undefined })
        : null;
    const told = withOpening({ ...moved, row: { ...moved.row, seatUntil } }, before);
    const row = { ...told.row, version: (before?.version ?? 0) + told.events.length };
    const accepted: Accepted<ReturnType<typeof showWithPayment>> = {
      answer: showWithPayment(row, paid?.payment),
      events: [...told.events, ...(paid?.events ?? [])],
      writes: [
        whileOffered(db, course),
        ...(cohort ? [whileOpen(db, actor.orgId, cohort.id)] : []),
        before ? enrollmentMoved(db, before, told, now) : insertRow(db, lmsEnrollments, row),
        ...(free ? [countEnrolled(db, actor.orgId, course.id, 1)] : []),
        ...(paid?.writes ?? []),
        ...(offered ? [whileWaiting(db, actor.orgId, offered)] : []),
        ...(waits.length > 0 ? [placesGivenUp(db, actor.orgId, waits)] : []),
      ],
      tasks: [
        ...waits.map((one) => cohortTold(one.cohortId, learner.userId)),
        ...(offered ? offerTold(row) : []),
      ],
    };
    if (!cohort) return accepted;
    const { id: cohortId, capacity, version: cohortVersion } = cohort;
    return {
      ...accepted,
      seat: {
        request: {
          cohortId,
          learnerId: learner.userId,
          enrollmentId: row.id,
          capacity,
          cohortVersion,
          ...(input.joinWaitingList ? { wait: true } : {}),
        },
        otherwise: noSeatLeft(cohort),
        waits: joinedLine({
          ...{ db, cohort, wait, now, id: newId },
          learnerId: learner.userId,
          guards: [whileOffered(db, course)],
        }),
      },
    };
  },
});

function closedCourse(
  course: CourseRow,
  actor: Actor,
): Refusal<"NOT_FOUND" | "INVALID_TRANSITION"> | undefined {
  if (course.status === "published") return undefined;
  const sees = ["lms-admin", "org-admin"] as const;
  return actor.type === "system" || sees.some((role) => actor.roles.includes(role))
    ? refuse("INVALID_TRANSITION", `Course must be published to enroll in; it is ${course.status}`)
    : notFound("Course");
}

function wrongCohort(
  course: CourseRow,
  cohort: CohortRow | undefined,
  asked: string | undefined,
): Refusal<"NOT_FOUND" | "INVALID_TRANSITION" | "RULE_FAILED"> | undefined {
  if (!cohort) {
    return course.type === "cohort" && asked === undefined
      ? refuse(
          "RULE_FAILED",
          "This course runs in cohorts; name one of its open cohorts as cohortId",
        )
      : undefined;
  }
  if (cohort.courseId !== course.id) return notFound("Cohort");
  return isOpenCohort(cohort)
    ? undefined
    : refuse(
        "INVALID_TRANSITION",
        `Cohort must be scheduled or active to enroll in; it is ${cohort.status}`,
      );
}

const priceOf = (course: CourseRow): Money => ({
  amount: course.priceAmount ?? 0,
  currency: course.priceCurrency ?? "USD",
});

const otherPrice = (price: Money) =>
  refuse("VALIDATION_FAILED", `The price is ${price.amount} ${price.currency} in minor units`, {
    errors: [{ path: "pricePaid", message: "Send the price asked, or leave it out" }],
  });

/** What enrolling says of a row, new or taken up again. */
type Pending = Pick<
  EnrollmentRow,
  | "status"
  | "cohortId"
  | "pricePaidAmount"
  | "pricePaidCurrency"
  | "enrolledAt"
  | "seatUntil"
  | "source"
  | "invitedBy"
>;

function created(
  pending: Pending,
  about: { id: string; orgId: string; learnerId: string; course: CourseRow; now: number },
): Moved {
  const row: EnrollmentRow = {
    id: about.id,
    organizationId: about.orgId,
    learnerId: about.learnerId,
    courseId: about.course.id,
    completionPct: 0,
    activatedAt: null,
    completedAt: null,
    expiresAt: null,
    cancelledAt: null,
    cancelReason: null,
    lastAccessedAt: null,
    reportedAt: null,
    timeSpentSec: 0,
    certificateId: null,
    version: 0,
    createdAt: about.now,
    updatedAt: about.now,
    deletedAt: null,
    ...pending,
  };
  return { row, events: [] };
}

/** The same row taken up again, its progress kept. */
function reenrolled(
  before: EnrollmentRow,
  pending: Pending,
): Moved | Refusal<"INVALID_TRANSITION"> {
  const next = transition(enrollmentMachine, before.status, "reenroll");
  if (isRefusal(next)) return next;
  const afresh = { completedAt: null, cancelledAt: null, cancelReason: null, expiresAt: null };
  return { row: { ...before, ...pending, ...afresh }, events: [] };
}

/** The first event says how the enrollment came about and where it went in this very batch. */
function withOpening(moved: Moved, before: EnrollmentRow | undefined): Moved {
  const { row } = moved;
  const type = before ? enrollmentReactivated : enrollmentCreated;
  const payload = {
    enrollmentId: row.id,
    learnerId: row.learnerId,
    courseId: row.courseId,
    ...(row.cohortId === null ? {} : { cohortId: row.cohortId }),
    status: row.status === "pending-payment" ? "pending-payment" : "active",
    pricePaid: { amount: row.pricePaidAmount, currency: row.pricePaidCurrency },
  };
  return {
    row,
    events: [event(type, { id: row.id, version: row.version }, payload), ...moved.events],
  };
}
