import { type SQL, sql } from "drizzle-orm";
import * as z from "zod";
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

/** Its owner reads a file, and whoever may read the content of the course that it is attached to. */
export const filesGet = query({
  type: "lms.files.get",
  summary: "A file's description, to who may read it",
  input: z.strictObject({ key: z.string().min(1).max(500) }),
  output: fileAnswer,
  permission: { action: "file:read", any: EVERY_MEMBER },
  read: ({ db, input, actor }) => ({
    file: found("File", fileByKey(db, actor.orgId, input.key)),
    course: maybe(courseById(db, actor.orgId, rootOf(actor.orgId, input.key))),
    enrollment: maybe(enrollmentOf(db, actor.orgId, actor.id, rootOf(actor.orgId, input.key))),
  }),
  answer: ({ file, course, enrollment }, { actor, now }) => {
    const teaches = actor.roles.includes("instructor") && course?.instructorId === actor.id;
    const reviews = actor.roles.includes("content-reviewer") && course?.status === "under-review";
    const readable =
      actor.type === "system" ||
      actor.roles.includes("lms-admin") ||
      file.ownerId === actor.id ||
      isPublicPurpose(file.purpose) ||
      (course !== undefined && (teaches || reviews || isOpen(enrollment, now)));
    return readable ? showFile(file) : notFound("File");
  },
});
