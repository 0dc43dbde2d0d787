import * as z from "zod";
import { ownCourse } from "../catalog/statements.ts";
import { fileById } from "../files/statements.ts";
import { refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { type Download, query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { isError, type ValidationIssue } from "./olx/issue.ts";
import { courseInputOf, courseReads } from "./olx/read-course.ts";
import {
  olxImportAnswer,
  olxImportBy,
  olxImportById,
  olxImportReadBy,
  olxIssue,
  olxReadBy,
  ownFile,
  showOlxImport,
  unfinished,
} from "./olx-import.ts";
import { olxNamesTask } from "./olx-tasks.ts";

const keyPart = z
  .string()
  .max(50)
  .regex(/^[A-Za-z0-9_.-]+$/, "Letters, digits, . _ and -");

const download = z.object({ fileName: z.string(), stream: z.any() }) as z.ZodType<Download>;

const NOT_READY = refuse(
  "COURSE_NOT_READY",
  "Only a published course with content can go; publish it, and give it a published module",
);

const faulty = (issues: ValidationIssue[]) =>
  refuse("OLX_VALIDATION_ERROR", "Correct what is listed, then download it again", {
    errors: issues.filter(isError).map(({ path, message }) => ({ path, message })),
    more: { issues },
  });

export const openedxOlx = query({
  type: "lms.openedx.olx",
  summary: "A published course as an OLX bundle for Open edX, built while it is downloaded",
  input: z.strictObject({
    courseId: id,
    edxOrg: keyPart.default("Lyceum").describe("The organization in the course's key"),
    run: keyPart.default("self_paced"),
  }),
  output: download,
  download: "application/gzip",
  permission: olxReadBy,
  refuses: ["COURSE_NOT_READY", "OLX_VALIDATION_ERROR"],
  read: ({ db, input, actor }) => courseReads(db, actor.orgId, input.courseId),
  own: ownCourse,
  answer: async (rows, { db, input, actor, files, more, want }) => {
    const course = courseInputOf(rows, { db, orgId: actor.orgId, more });
    if (!course.isPublished || course.chapters.length === 0) return NOT_READY;
    const { bundleOf } = await import("./olx/bundle.ts");
    const { courseCodeOf } = await import("./olx/course-names.ts");
    const bundle = await bundleOf(course, files, {
      org: input.edxOrg,
      code: courseCodeOf(course),
      run: input.run,
    });
    if (!("stream" in bundle)) return faulty(bundle.issues);
    const { courseCode, chapters, modules, sections } = bundle.names;
    const isNew =
      courseCode !== undefined || chapters.length + modules.length + sections.length > 0;
    if (isNew) want(newTask(olxNamesTask, { subject: course.courseId, payload: {} }));
    return { fileName: bundle.fileName, stream: bundle.stream };
  },
});

export const openedxCartridge = query({
  type: "lms.openedx.cartridge",
  summary: "A published course as a Common Cartridge 1.3, as Moodle and Canvas take it",
  input: z.strictObject({ courseId: id }),
  output: download,
  download: "application/zip",
  permission: olxReadBy,
  refuses: ["COURSE_NOT_READY", "OLX_VALIDATION_ERROR"],
  read: ({ db, input, actor }) => courseReads(db, actor.orgId, input.courseId),
  own: ownCourse,
  answer: async (rows, { db, actor, files, more }) => {
    const course = courseInputOf(rows, { db, orgId: actor.orgId, more });
    if (!course.isPublished || course.chapters.length === 0) return NOT_READY;
    const { cartridgeOf } = await import("./olx/cartridge.ts");
    const cartridge = await cartridgeOf(course, files);
    if (!("stream" in cartridge)) return faulty(cartridge.issues);
    return { fileName: cartridge.fileName, stream: cartridge.stream };
  },
});

export const openedxCheck = query({
  type: "lms.openedx.check",
  summary: "What keeps a published course from going out, and what of it would be left behind",
  input: z.strictObject({ courseId: id, format: z.enum(["olx", "cartridge"]).default("olx") }),
  output: z.object({ valid: z.boolean(), issues: z.array(olxIssue) }),
  permission: olxReadBy,
  refuses: ["COURSE_NOT_READY"],
  read: ({ db, input, actor }) => courseReads(db, actor.orgId, input.courseId),
  own: ownCourse,
  answer: async (rows, { db, input, actor, files, more }) => {
    const course = courseInputOf(rows, { db, orgId: actor.orgId, more });
    if (!course.isPublished || course.chapters.length === 0) return NOT_READY;
    const { bundleOf } = await import("./olx/bundle.ts");
    const { cartridgeOf } = await import("./olx/cartridge.ts");
    const { courseCodeOf } = await import("./olx/course-names.ts");
    const options = { org: "Lyceum", code: courseCodeOf(course), run: "self_paced" };
    const made =
      input.format === "cartridge"
        ? await cartridgeOf(course, files)
        : await bundleOf(course, files, options);
    return "stream" in made
      ? { valid: true, issues: made.warnings }
      : { valid: false, issues: made.issues };
  },
});

export const openedxValidate = query({
  type: "lms.openedx.olx.validate",
  summary: "Hold an uploaded OLX bundle against every rule, and list what breaks one",
  input: z.strictObject({ fileId: id.describe("One's own upload: a tar.gz") }),
  output: z.object({ valid: z.boolean(), issues: z.array(olxIssue) }),
  permission: { ...olxImportBy, action: "openedx:validate" },
  read: ({ db, input, actor }) => ({
    file: found("File", fileById(db, actor.orgId, input.fileId)),
  }),
  refuses: ["NOT_READY"],
  own: ownFile,
  answer: async ({ file }, { files }) => {
    const notReady = unfinished(file);
    if (notReady) return notReady;
    const stored = await files.get(file.key);
    if (!stored) return refuse("NOT_FOUND", "File not found");
    const { validated } = await import("./olx/validate.ts");
    const issues = await validated(stored.body);
    return { valid: issues.every((one) => one.severity === "warning"), issues };
  },
});

export const openedxImport = query({
  type: "lms.openedx.olx.imported",
  summary: "How far the import of a bundle is, and what could not come along",
  input: z.strictObject({ importId: id }),
  output: olxImportAnswer,
  permission: olxImportReadBy,
  read: ({ db, input, actor }) => ({
    made: found("Import", olxImportById(db, actor.orgId, input.importId)),
  }),
  own: { instructor: ({ made }, actor) => made.requestedBy === actor.id },
  answer: ({ made }) => showOlxImport(made),
});
