import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { courseIdOfSubmission, peerReviewOf } from "../assessment/statements.ts";
import { courseById } from "../catalog/statements.ts";
import { enrollmentOf, isOpen } from "../enrollment/statements.ts";
import { notFound } from "../kernel/error.ts";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found, maybe } from "../kernel/statement.ts";
import { fileAnswer, isPublicPurpose, showFile } from "./file.ts";
import { fileByKey } from "./statements.ts";

const rootOf = (orgId: string, key: string): SQL =>
  sql`(select attached_to from lms_files where organization_id = ${orgId} and key = ${key})`;

/**
 * Its owner reads a file, and whoever may read what it is attached to: the content of a course, or work
 * that was handed in.
 */
export const filesGet = query({
  type: "lms.files.get",
  summary: "A file's description, to who may read it",
  input: z.strictObject({ key: z.string().min(1).max(500) }),
  output: fileAnswer,
  permission: { action: "file:read", any: EVERY_MEMBER },
  read: ({ db, input, actor }) => {
    const { orgId } = actor;
    const root = rootOf(orgId, input.key);
    return {
      file: found("File", fileByKey(db, orgId, input.key)),
      course: maybe(courseById(db, orgId, root)),
      enrollment: maybe(enrollmentOf(db, orgId, actor.id, root)),
      courseOfWork: maybe(courseById(db, orgId, courseIdOfSubmission(orgId, root))),
      review: maybe(peerReviewOf(db, orgId, root, actor.id)),
    };
  },
  answer: ({ file, course, enrollment, courseOfWork, review }, { actor, now }) => {
    const isInstructor = actor.roles.includes("instructor");
    const teaches = isInstructor && course?.instructorId === actor.id;
    const grades =
      courseOfWork !== undefined &&
      ((isInstructor && courseOfWork.instructorId === actor.id) ||
        actor.roles.includes("org-admin"));
    const scores = review?.deletedAt === null;
    const reviews = actor.roles.includes("content-reviewer") && course?.status === "under-review";
    const readable =
      actor.type === "system" ||
      (actor.roles.includes("lms-admin") && file.attachedTo !== null) ||
      file.ownerId === actor.id ||
      isPublicPurpose(file.purpose) ||
      grades ||
      scores ||
      (course !== undefined && (teaches || reviews || isOpen(enrollment, now)));
    return readable ? showFile(file) : notFound("File");
  },
});
