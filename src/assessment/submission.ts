import * as z from "zod";
import { type Fault, type Refusal, refuse } from "../kernel/error.ts";
import { iso, isoOrNull, SECOND, shownInstant } from "../kernel/time.ts";
import { SUBMISSION_STATUSES } from "./schema.ts";
import type { AssignmentRow, SubmissionRow } from "./statements.ts";

/** A submission as lists show it: without its text, and without what was said of it. */
export const submissionLine = z.object({
  id: z.string(),
  assignmentId: z.string(),
  enrollmentId: z.string(),
  learnerId: z.string(),
  attemptNumber: z.int(),
  status: z.enum(SUBMISSION_STATUSES),
  isLate: z.boolean(),
  penaltyPct: z.number(),
  score: z.number().nullable().describe("As it was given"),
  finalScore: z.number().nullable().describe("After the penalty: the one that counts"),
  maxScore: z.int(),
  passed: z.boolean().nullable(),
  gradedBy: z.string().nullable().describe("`system` where peers did"),
  submittedAt: shownInstant,
  gradedAt: shownInstant.nullable(),
  returnedAt: shownInstant.nullable(),
  version: z.int(),
});

const explanation = z.object({
  submittedAt: shownInstant,
  dueAt: shownInstant.nullable(),
  isLate: z.boolean(),
  lateBySec: z.int(),
  penaltyPct: z.number(),
  score: z.number(),
  finalScore: z.number(),
});

export const submissionAnswer = submissionLine.extend({
  content: z.string().nullable(),
  attachmentIds: z.array(z.string()),
  rubricScores: z.record(z.string(), z.number()).nullable(),
  feedback: z.string().nullable(),
  explanation: explanation.nullable().describe("How the score that counts came about"),
  createdAt: shownInstant,
  updatedAt: shownInstant,
});

type Scale = Pick<AssignmentRow, "maxScore" | "passingScore">;
type Line = Omit<SubmissionRow, "content" | "feedback" | "attachments" | "rubricScores">;

export const showLine = (row: Line, of: Scale): z.infer<typeof submissionLine> => ({
  id: row.id,
  assignmentId: row.assignmentId,
  enrollmentId: row.enrollmentId,
  learnerId: row.learnerId,
  attemptNumber: row.attemptNumber,
  status: row.status,
  isLate: row.isLate,
  penaltyPct: row.penaltyPct ?? 0,
  score: row.score,
  finalScore: row.finalScore,
  maxScore: of.maxScore,
  passed: row.finalScore === null ? null : row.finalScore >= of.passingScore,
  gradedBy: row.gradedBy,
  submittedAt: iso(row.submittedAt),
  gradedAt: isoOrNull(row.gradedAt),
  returnedAt: isoOrNull(row.returnedAt),
  version: row.version,
});

export const showSubmission = (
  row: SubmissionRow,
  of: Scale,
): z.infer<typeof submissionAnswer> => ({
  ...showLine(row, of),
  content: row.content,
  attachmentIds: row.attachments,
  rubricScores: row.rubricScores,
  feedback: row.feedback,
  explanation: explained(row),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
});

/** Everything it rests on stands in the row: a changed assignment changes no past grade. */
function explained(row: SubmissionRow): z.infer<typeof explanation> | null {
  const { score, finalScore, submittedAt, dueAt, isLate, penaltyPct } = row;
  if (score === null || finalScore === null) return null;
  const lateBySec = isLate && dueAt !== null ? Math.ceil((submittedAt - dueAt) / SECOND) : 0;
  return {
    submittedAt: iso(submittedAt),
    dueAt: isoOrNull(dueAt),
    isLate,
    lateBySec,
    penaltyPct: penaltyPct ?? 0,
    score,
    finalScore,
  };
}

type Work = { content?: string | undefined; attachmentIds?: readonly string[] | undefined };

/** What work of its type has to hold. */
export function workFault(
  { type }: Pick<AssignmentRow, "type">,
  { content, attachmentIds = [] }: Work,
): Refusal<"VALIDATION_FAILED"> | undefined {
  const fault = ((): Fault | undefined => {
    switch (type) {
      case "quiz":
        return { path: "assignmentId", message: "A quiz is taken by an attempt, not handed in" };
      case "text-response":
        return content ? undefined : { path: "content", message: "Write an answer" };
      case "file-upload":
        return attachmentIds.length > 0
          ? undefined
          : { path: "attachmentIds", message: "Attach at least one uploaded file" };
      default:
        return content || attachmentIds.length > 0
          ? undefined
          : { path: "content", message: "Write something, or attach a file" };
    }
  })();
  return fault && refuse("VALIDATION_FAILED", `Correct ${fault.path}`, { errors: [fault] });
}

/** The one before has to be given back before the next is taken. */
export function notReturned(
  last: Pick<SubmissionRow, "attemptNumber" | "status"> | undefined,
): Refusal<"INVALID_TRANSITION"> | undefined {
  if (!last || last.status === "returned") return undefined;
  const awaits = last.status === "graded" ? "is graded" : "awaits its grade";
  return refuse(
    "INVALID_TRANSITION",
    `Attempt ${last.attemptNumber} ${awaits}; the next opens once it is returned`,
    { more: { state: last.status } },
  );
}
