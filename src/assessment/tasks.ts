import { and, desc, eq, ne, sql } from "drizzle-orm";
import * as z from "zod";
import { present } from "../kernel/columns.ts";
import { type Db, found, type Statement } from "../kernel/statement.ts";
import { step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { type Pair, pairsFor } from "./peers.ts";
import { lmsSubmissions } from "./schema.ts";
import { assignmentById, assignmentIdOf, submissionById } from "./statements.ts";

/** How far back peers are looked for: many times the ten that a submission may have. */
const WINDOW = 50;

const handed = {
  id: lmsSubmissions.id,
  learnerId: lmsSubmissions.learnerId,
  status: lmsSubmissions.status,
  reviews: sql<number>`(select count(*) from lms_peer_reviews as asked
    where asked.submission_id = lms_submissions.id and asked.deleted_at is null)`.as("reviews"),
};

/** Gives a submission its peers and its author others' work; done again it adds what is still missing. */
export const assignPeers = taskKind({
  kind: "assessment.assign-peers",
  queue: "jobs",
  payload: z.strictObject({}),
  attemptsMax: 8,
  timeoutMs: 20 * SECOND,
  steps: {
    assign: step({
      read: ({ db, orgId, subject }) => {
        const assignmentId = assignmentIdOf(orgId, subject);
        return {
          submission: found("Submission", submissionById(db, orgId, subject)),
          assignment: found("Assignment", assignmentById(db, orgId, assignmentId)),
          own: found(
            "Submission",
            db
              .select(handed)
              .from(lmsSubmissions)
              .where(and(present(lmsSubmissions, orgId), eq(lmsSubmissions.id, subject))),
          ),
          others: db
            .select(handed)
            .from(lmsSubmissions)
            .where(
              and(
                present(lmsSubmissions, orgId),
                eq(lmsSubmissions.assignmentId, assignmentId),
                ne(lmsSubmissions.id, subject),
              ),
            )
            .orderBy(desc(lmsSubmissions.id))
            .limit(WINDOW),
        };
      },
      run: async ({ submission, assignment, own, others }, { db, orgId, now, id }) => {
        const peers = assignment.peers ?? 0;
        if (submission.status !== "grading" || peers === 0) return {};
        return {
          writes: pairsFor(own, others, peers).map((pair) =>
            asked(db, { ...pair, orgId, peers, now, id: id() }),
          ),
        };
      },
    }),
  },
});

/** Nobody is asked twice of one submission, and of none more are asked than wanted. */
const asked = (
  db: Db,
  one: Pair & { orgId: string; peers: number; now: number; id: string },
): Statement =>
  db.all(sql`insert into lms_peer_reviews
    (id, organization_id, created_at, updated_at, submission_id, reviewer_id)
    select ${one.id}, ${one.orgId}, ${one.now}, ${one.now}, ${one.submissionId}, ${one.reviewerId}
    where (select count(*) from lms_peer_reviews where submission_id = ${one.submissionId}
      and deleted_at is null) < ${one.peers}
    on conflict do nothing`);
