import { and, eq, type SQL, sql } from "drizzle-orm";
import { enrollmentIdsOfLearner } from "../enrollment/statements.ts";
import { personal } from "../kernel/personal.ts";
import { lmsPeerReviews, lmsQuizAttempts, lmsSubmissions } from "./schema.ts";

const WITH_TEXTS = 20;

const submissionIdsOf = (orgId: string, learnerId: string): SQL =>
  sql`(select id from lms_submissions where organization_id = ${orgId}
    and learner_id = ${learnerId})`;

/** The paper is the course's, and holds the answers that the learner may still be asked for. */
export const personalQuizAttempts = personal({
  name: "quizAttempts",
  table: lmsQuizAttempts,
  of: ({ orgId, userId }) =>
    and(
      eq(lmsQuizAttempts.organizationId, orgId),
      sql`${lmsQuizAttempts.enrollmentId} in ${enrollmentIdsOfLearner(orgId, userId)}`,
    ),
  key: [lmsQuizAttempts.enrollmentId, lmsQuizAttempts.id],
  export: { hidden: ["paper", "seed"], pageRows: WITH_TEXTS },
  erase: { blank: { answers: {} } },
});

export const personalSubmissions = personal({
  name: "submissions",
  table: lmsSubmissions,
  of: ({ orgId, userId }) =>
    and(eq(lmsSubmissions.organizationId, orgId), eq(lmsSubmissions.learnerId, userId)),
  key: [lmsSubmissions.id],
  root: "submission",
  export: { hidden: ["gradedBy"], pageRows: WITH_TEXTS },
  erase: { blank: { content: null, feedback: null } },
});

export const personalPeerReviews = personal({
  name: "peerReviewsGiven",
  table: lmsPeerReviews,
  of: ({ orgId, userId }) =>
    and(eq(lmsPeerReviews.organizationId, orgId), eq(lmsPeerReviews.reviewerId, userId)),
  key: [lmsPeerReviews.id],
  export: {},
  erase: { blank: { comment: null } },
});

/** Anonymous, in an export too. */
export const personalPeerReviewsReceived = personal({
  name: "peerReviewsReceived",
  table: lmsPeerReviews,
  of: ({ orgId, userId }) =>
    and(
      eq(lmsPeerReviews.organizationId, orgId),
      sql`${lmsPeerReviews.submissionId} in ${submissionIdsOf(orgId, userId)}`,
    ),
  key: [lmsPeerReviews.submissionId, lmsPeerReviews.reviewerId],
  export: { hidden: ["reviewerId"] },
  erase: { blank: { comment: null } },
});
