import { expect, test } from "vitest";
import { http, ok, type Person, rows } from "../harness/world.ts";
import { assigned } from "./assignment.ts";

const LIMIT = 5;
const MOST = 4 * LIMIT + 50;

/** Rows that D1 read for a page, as the development answer says. */
async function rowsRead(path: string, as: Person): Promise<number> {
  const answer = await http("GET", path, { as });
  expect(ok(answer).data).toHaveLength(LIMIT);
  const [, count = "none"] = /(\d+) rows/.exec(answer.headers.get("server-timing") ?? "") ?? [];
  return Number(count);
}

test("a page of submissions reads as few rows among two thousand as among ten", async () => {
  const { world, assignmentId, submit, peer } = await assigned();
  const { id } = ok(await submit());
  const other = await peer();
  const columns = `organization_id, created_at, updated_at, version, assignment_id, content,
    attachments, submitted_at, instructor_id`;
  await rows(
    `WITH RECURSIVE n(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 2000)
     INSERT INTO lms_submissions (id, enrollment_id, learner_id, attempt_number, status, ${columns})
     SELECT id || at, 'e' || at % 20, iif(at % 2, learner_id, 'somebody'), at,
       iif(at % 3, 'grading', 'graded'), ${columns} FROM lms_submissions, n WHERE id = ?`,
    id,
  );
  await rows(
    `INSERT INTO lms_peer_reviews (id, organization_id, created_at, updated_at, submission_id,
       reviewer_id, score) SELECT 'r' || id, organization_id, 0, 0, id, ?1, iif(rowid % 2, 1, NULL)
     FROM lms_submissions WHERE organization_id = ?2`,
    other.id,
    world.orgId,
  );
  const ofAssignment = `/lms/instructor/assignments/${assignmentId}/submissions?limit=${LIMIT}`;
  const read: Record<string, number> = {
    ofAssignment: await rowsRead(ofAssignment, world.instructor),
    byStatus: await rowsRead(`${ofAssignment}&status=graded`, world.instructor),
    own: await rowsRead(ofAssignment, world.learner),
    toGrade: await rowsRead(`/lms/instructor/submissions?limit=${LIMIT}`, world.instructor),
    toReview: await rowsRead(`/lms/peer-reviews?limit=${LIMIT}`, other),
  };
  expect(Object.entries(read).filter(([, count]) => !(count <= MOST))).toEqual([]);
});
