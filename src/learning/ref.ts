import * as z from "zod";
import type { EnrollmentRef } from "../enrollment/statements.ts";
import { id } from "../kernel/id.ts";

/** Which enrollment: by its id, or the caller's own in a course given by id or slug. */
export const enrollmentRef = {
  enrollmentId: id.optional(),
  course: z.string().min(1).max(100).optional().describe("Id or slug: the caller's own enrollment"),
};

export const oneRef = (input: EnrollmentRef): boolean =>
  (input.enrollmentId === undefined) !== (input.course === undefined);

export const ONE_REF = {
  path: ["enrollmentId"],
  message: "Name the enrollment by enrollmentId or by course, and not by both",
};
