import * as z from "zod";
import type { Fault } from "../kernel/error.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Settings } from "../kernel/settings.ts";
import { line, prose } from "../kernel/text.ts";
import { instant, iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { ASSIGNMENT_TYPES, type Rubric } from "./schema.ts";
import type { AssignmentRow } from "./statements.ts";

export const SCORE_MAX = 100_000;

const criterion = z.strictObject({
  id: line(64).optional().describe("Keeps the scores given for it; made where absent"),
  title: line(200),
  maxScore: z.number().min(0).max(SCORE_MAX),
  description: prose(2_000).optional(),
});

/** What an author may set of an assignment, in `create` as in `update`. */
export const assignmentFields = {
  title: line(200),
  instructions: prose(10_000),
  type: z.enum(ASSIGNMENT_TYPES),
  maxScore: z.int().min(1).max(SCORE_MAX),
  passingScore: z.int().min(0).max(SCORE_MAX),
  maxAttempts: z.int().min(1).max(1_000).nullable().optional().describe("Null: without limit"),
  allowLateSubmission: z.boolean().optional(),
  latePenaltyPct: z
    .number()
    .min(0)
    .max(100)
    .multipleOf(0.01)
    .optional()
    .describe("Taken off the score of late work once, however late it is"),
  dueHoursAfterEnrollment: z.int().min(1).max(87_600).nullable().optional(),
  absoluteDueDate: instant.nullable().optional(),
  rubric: z.array(criterion).max(50).nullable().optional(),
  peers: z
    .int()
    .min(1)
    .max(10)
    .nullable()
    .optional()
    .describe("How many peers score each submission, whose median grades it"),
};

/** What an assignment with these values would contradict itself in, by field. */
export function assignmentFault(
  row: Pick<
    AssignmentRow,
    "maxScore" | "passingScore" | "dueHoursAfterEnrollment" | "absoluteDueDate" | "rubric"
  >,
): Refusal<"VALIDATION_FAILED"> | undefined {
  const ids = row.rubric?.map((one) => one.id) ?? [];
  const errors: Fault[] = [
    ...(row.passingScore > row.maxScore
      ? [{ path: "passingScore", message: "At most maxScore" }]
      : []),
    ...(row.dueHoursAfterEnrollment !== null && row.absoluteDueDate !== null
      ? [{ path: "absoluteDueDate", message: "Give this or dueHoursAfterEnrollment, not both" }]
      : []),
    ...(new Set(ids).size < ids.length
      ? [{ path: "rubric", message: "Each criterion has an id of its own" }]
      : []),
  ];
  const named = errors.map((one) => one.path).join(", ");
  return errors.length === 0
    ? undefined
    : refuse("VALIDATION_FAILED", `Correct ${named}`, { errors });
}

/** Peers are asked only where the organization wants them to be. */
export function peersOff(
  wanted: { type?: string | undefined; peers?: number | null | undefined },
  settings: Settings,
): Refusal<"FEATURE_DISABLED"> | undefined {
  const asks = wanted.type === "peer-review" || typeof wanted.peers === "number";
  return asks && !settings.features.enablePeerReview
    ? refuse("FEATURE_DISABLED", "Peer review is switched off: enablePeerReview")
    : undefined;
}

type NewRubric = z.infer<typeof assignmentFields.rubric>;

export const rubricOf = (given: NewRubric, newId: () => string): Rubric | null =>
  given?.map(({ id = newId(), title, maxScore, description }) => ({
    id,
    title,
    maxScore,
    ...(description === undefined ? {} : { description }),
  })) ?? null;

export const assignmentAnswer = z.object({
  id: z.string(),
  courseId: z.string(),
  moduleId: z.string().nullable(),
  title: z.string(),
  instructions: z.string(),
  type: z.enum(ASSIGNMENT_TYPES),
  maxScore: z.int(),
  passingScore: z.int(),
  maxAttempts: z.int().nullable(),
  allowLateSubmission: z.boolean(),
  latePenaltyPct: z.number(),
  dueHoursAfterEnrollment: z.int().nullable(),
  absoluteDueDate: shownInstant.nullable(),
  rubric: z.array(criterion.extend({ id: z.string() })).nullable(),
  peers: z.int().nullable(),
  version: z.int(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
});

export const showAssignment = (row: AssignmentRow): z.infer<typeof assignmentAnswer> => ({
  id: row.id,
  courseId: row.courseId,
  moduleId: row.moduleId,
  title: row.title,
  instructions: row.instructions,
  type: row.type,
  maxScore: row.maxScore,
  passingScore: row.passingScore,
  maxAttempts: row.maxAttempts,
  allowLateSubmission: row.allowLateSubmission,
  latePenaltyPct: row.latePenaltyPct,
  dueHoursAfterEnrollment: row.dueHoursAfterEnrollment,
  absoluteDueDate: isoOrNull(row.absoluteDueDate),
  rubric: row.rubric,
  peers: row.peers,
  version: row.version,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

export const namesOf = (row: AssignmentRow) => ({
  assignmentId: row.id,
  courseId: row.courseId,
  moduleId: row.moduleId,
});
