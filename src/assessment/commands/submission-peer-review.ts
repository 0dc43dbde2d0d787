import { and, eq, isNull, sql } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound, refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { type Db, found, guard, guardOneChanged, maybe } from "../../kernel/statement.ts";
import { prose } from "../../kernel/text.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { submissionGraded } from "../events.ts";
import { graded, PEERS, rubricScores, score, scoreFault } from "../grading.ts";
import { submissionMachine } from "../machine.ts";
import { medianOf } from "../peers.ts";
import { peerReviewBy } from "../permissions.ts";
import { lmsPeerReviews } from "../schema.ts";
import {
  assignmentOfSubmission,
  type PeerReviewRow,
  peerReviewOf,
  scoredReviewsOf,
  submissionById,
} from "../statements.ts";

/** The last peer's score grades the submission by the median of all, in the same batch. */
export const submissionPeerReview = command({
  type: "lms.submission.peerReview",
  summary: "Score a peer's submission that one was asked to",
  input: z.strictObject({
    submissionId: id,
    score,
    rubricScores: rubricScores.optional(),
    comment: prose(10_000).optional(),
  }),
  output: z.object({
    id: z.string(),
    submissionId: z.string(),
    score: z.number(),
    rubricScores: z.record(z.string(), z.number()).nullable(),
    comment: z.string().nullable(),
    reviewedAt: shownInstant,
  }),
  statuses: [201],
  permission: peerReviewBy,
  feature: "enablePeerReview",
  emits: [submissionGraded],
  refuses: ["INVALID_TRANSITION", "DUPLICATE"],
  read: ({ db, input, actor }) => ({
    submission: found("Submission", submissionById(db, actor.orgId, input.submissionId)),
    assignment: found("Submission", assignmentOfSubmission(db, actor.orgId, input.submissionId)),
    review: maybe(peerReviewOf(db, actor.orgId, input.submissionId, actor.id)),
    scored: scoredReviewsOf(db, actor.orgId, input.submissionId),
  }),
  own: { member: ({ review }) => review !== undefined },
  decide: ({ submission, assignment, review, scored }, { db, input, now }) => {
    if (!review) return notFound("Submission");
    if (review.score !== null) {
      return refuse("DUPLICATE", "You have scored this submission already");
    }
    const open = transition(submissionMachine, submission.status, "grade");
    if (isRefusal(open)) return open;
    const fault = scoreFault(assignment, input);
    if (fault) return fault;
    const scores = [...scored.map((one) => one.score ?? 0), input.score];
    const isLast = scores.length >= (assignment.peers ?? Number.POSITIVE_INFINITY);
    const grade = { score: medianOf(scores), gradedBy: PEERS };
    const made = isLast ? graded(db, { submission, assignment }, grade, now) : undefined;
    return {
      answer: {
        id: review.id,
        submissionId: submission.id,
        score: input.score,
        rubricScores: input.rubricScores ?? null,
        comment: input.comment ?? null,
        reviewedAt: iso(now),
      },
      events: made ? [made.event] : [],
      writes: [
        asManyScored(db, submission.id, scored.length),
        reviewed(db, review, input, now),
        guardOneChanged(db),
        ...(made?.writes ?? []),
      ],
    };
  },
});

/** Of two peers who score at once, the later one is to see the other's score. */
const asManyScored = (db: Db, submissionId: string, count: number) =>
  guard(
    db,
    sql`(select count(*) from lms_peer_reviews where submission_id = ${submissionId}
      and score is not null and deleted_at is null) = ${count}`,
  );

type Said = Pick<PeerReviewRow, "score"> & {
  rubricScores?: Record<string, number> | undefined;
  comment?: string | undefined;
};

const reviewed = (db: Db, review: PeerReviewRow, said: Said, now: number) =>
  db
    .update(lmsPeerReviews)
    .set({
      score: said.score,
      rubricScores: said.rubricScores ?? null,
      comment: said.comment ?? null,
      updatedAt: now,
    })
    .where(
      and(
        eq(lmsPeerReviews.organizationId, review.organizationId),
        eq(lmsPeerReviews.id, review.id),
        isNull(lmsPeerReviews.score),
        isNull(lmsPeerReviews.deletedAt),
      ),
    );
