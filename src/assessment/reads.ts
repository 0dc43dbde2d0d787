import { courseById } from "../catalog/statements.ts";
import { type Db, found } from "../kernel/statement.ts";
import {
  assignmentById,
  assignmentOfSubmission,
  courseIdOfAssignment,
  courseIdOfSubmission,
  submissionById,
} from "./statements.ts";

/** An assignment and its course; without either it is the assignment that is missing. */
export const assignmentReads = (db: Db, orgId: string, assignmentId: string) => ({
  assignment: found("Assignment", assignmentById(db, orgId, assignmentId)),
  course: found("Assignment", courseById(db, orgId, courseIdOfAssignment(orgId, assignmentId))),
});

/** A submission, its assignment and its course; without any it is the submission that is missing. */
export const submissionReads = (db: Db, orgId: string, submissionId: string) => ({
  submission: found("Submission", submissionById(db, orgId, submissionId)),
  assignment: found("Submission", assignmentOfSubmission(db, orgId, submissionId)),
  course: found("Submission", courseById(db, orgId, courseIdOfSubmission(orgId, submissionId))),
});
