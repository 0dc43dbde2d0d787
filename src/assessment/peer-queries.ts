import { and, asc, eq, isNull, sql } from "drizzle-orm";
import * as z from "zod";
import { filesAmong, filesToRead, fileToRead } from "../files/statements.ts";
import { present } from "../kernel/columns.ts";
import { afterCursor, pageFault, pageInput, pageOf, pageOutput, windowOf } from "../kernel/page.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { iso, shownInstant } from "../kernel/time.ts";
import { assignmentAnswer } from "./assignment.ts";
import { lmsAssignments, lmsPeerReviews, lmsSubmissions } from "./schema.ts";

/** Nothing in it says whose work it is. */
const toReview = z.object({
  id: z.string(),
  submissionId: z.string(),
  assignmentId: z.string(),
  title: z.string(),
  instructions: z.string(),
  maxScore: z.int(),
  rubric: assignmentAnswer.shape.rubric,
  content: z.string().nullable(),
  files: z.array(fileToRead),
  askedAt: shownInstant,
});

export const peerReviewsList = query({
  type: "lms.peerReviews.list",
  summary: "The work of peers that one is asked to score, without its authors, the oldest first",
  input: z.strictObject(pageInput),
  output: pageOutput(toReview),
  permission: { action: "submission:list-to-review", any: EVERY_MEMBER },
  fault: pageFault,
  read: ({ db, input, actor }) => {
    const { limit, offset } = windowOf(input);
    const asked = and(
      present(lmsPeerReviews, actor.orgId),
      eq(lmsPeerReviews.reviewerId, actor.id),
      isNull(lmsPeerReviews.score),
      afterCursor(input.cursor, [lmsPeerReviews.id], "asc"),
    );
    const submissionIds = db
      .select({ submissionId: lmsPeerReviews.submissionId })
      .from(lmsPeerReviews)
      .where(asked)
      .orderBy(asc(lmsPeerReviews.id))
      .limit(limit)
      .offset(offset);
    return {
      rows: db
        .select({
          id: lmsPeerReviews.id,
          submissionId: lmsPeerReviews.submissionId,
          createdAt: lmsPeerReviews.createdAt,
          content: lmsSubmissions.content,
          attachments: lmsSubmissions.attachments,
          assignmentId: lmsSubmissions.assignmentId,
          title: lmsAssignments.title,
          instructions: lmsAssignments.instructions,
          maxScore: lmsAssignments.maxScore,
          rubric: lmsAssignments.rubric,
        })
        .from(lmsPeerReviews)
        .innerJoin(lmsSubmissions, eq(lmsSubmissions.id, lmsPeerReviews.submissionId))
        .innerJoin(lmsAssignments, eq(lmsAssignments.id, lmsSubmissions.assignmentId))
        .where(asked)
        .orderBy(asc(lmsPeerReviews.id))
        .limit(limit)
        .offset(offset),
      files: filesAmong(
        db,
        actor.orgId,
        sql`select value from lms_submissions, json_each(attachments)
          where lms_submissions.id in (${submissionIds})`,
      ),
    };
  },
  answer: async ({ rows, files }, ask) => {
    const addressed = new Map((await filesToRead(files, ask)).map((file) => [file.id, file]));
    return pageOf(
      ask.input,
      rows,
      (row) => [row.id],
      ({ attachments, createdAt, ...row }) => ({
        ...row,
        files: attachments.flatMap((fileId) => addressed.get(fileId) ?? []),
        askedAt: iso(createdAt),
      }),
    );
  },
});
