import { and, eq, inArray, sql } from "drizzle-orm";
import * as z from "zod";
import { courseCreated } from "../catalog/events.ts";
import { keepNames } from "../catalog/statements.ts";
import { fileById } from "../files/statements.ts";
import { event } from "../kernel/event.ts";
import { found, type Rows } from "../kernel/statement.ts";
import { type StepAsk, type StepRead, type StepResult, step, taskKind } from "../kernel/task.ts";
import { MINUTE } from "../kernel/time.ts";
import type { ValidationIssue } from "./olx/issue.ts";
import { courseInputOf, courseReads } from "./olx/read-course.ts";
import { olxImportById } from "./olx-import.ts";
import { lmsOlxImports } from "./olx-schema.ts";

const noPayload = z.object({});
type NamesAsk = StepAsk<z.infer<typeof noPayload>>;

/** Keeps the names that a course went out under, so that a renamed module keeps its learners' state. */
export const olxNamesTask = taskKind({
  kind: "openedx.names",
  queue: "jobs",
  payload: noPayload,
  attemptsMax: 8,
  timeoutMs: MINUTE,
  steps: {
    keep: step({
      read: ({ db, orgId, subject }: StepRead<z.infer<typeof noPayload>>) =>
        courseReads(db, orgId, subject),
      run: async (
        rows: Rows<ReturnType<typeof courseReads>>,
        { db, orgId, subject, more }: NamesAsk,
      ): Promise<StepResult> => {
        const { courseNames } = await import("./olx/course-names.ts");
        const { made } = courseNames(courseInputOf(rows, { db, orgId, more }));
        return { writes: keepNames(db, orgId, subject, made) };
      },
    }),
  },
});

const stored = z.object({
  name: z.string(),
  key: z.string(),
  size: z.int(),
  contentType: z.string(),
  sha256: z.string(),
});
const payload = z.object({
  stored: z.array(stored),
  taken: z.int().describe("How many of the wanted files are behind it"),
});
export type StoredStatic = z.infer<typeof stored>;
type Payload = z.infer<typeof payload>;
type Ask = StepAsk<Payload>;

const FILES_A_STEP = 100;

const readImport = ({ db, orgId, subject }: StepRead<Payload>) => ({
  made: found("Import", olxImportById(db, orgId, subject)),
  file: found(
    "File",
    fileById(
      db,
      orgId,
      sql`(select file_id from lms_olx_imports where id = ${subject} and organization_id = ${orgId})`,
    ),
  ),
});
type Read = Rows<ReturnType<typeof readImport>>;

const isOpen = ({ made }: Read): boolean => made.state === "pending" || made.state === "running";

const update = (
  { db, orgId, subject, now }: Pick<Ask, "db" | "orgId" | "subject" | "now">,
  set: Partial<typeof lmsOlxImports.$inferSelect>,
) =>
  db
    .update(lmsOlxImports)
    .set({ ...set, updatedAt: now })
    .where(
      and(
        eq(lmsOlxImports.id, subject),
        eq(lmsOlxImports.organizationId, orgId),
        inArray(lmsOlxImports.state, ["pending", "running"]),
      ),
    );

const failed = (ask: Ask, issues: ValidationIssue[]): StepResult => ({
  writes: [update(ask, { state: "failed", issues, completedAt: ask.now })],
});

/** Files of the bundle into the bucket, a hundred a step, under keys that the import alone decides. */
const files = step({
  read: readImport,
  run: async (rows: Read, ask: Ask): Promise<StepResult> => {
    if (!isOpen(rows)) return {};
    const { taken } = ask.payload;
    const { readBundle, storeFiles } = await import("./olx/import-bundle.ts");
    const bundle = await readBundle(ask.ports.files, rows.file.key);
    if ("issues" in bundle) return failed(ask, bundle.issues);
    const wanted = bundle.wanted.slice(taken, taken + FILES_A_STEP);
    const added = await storeFiles(ask.ports.files, rows.file.key, {
      names: wanted,
      top: bundle.top,
      keyOf: (name) => `${ask.orgId}/course/${ask.subject}/${bundle.wanted.indexOf(name)}`,
    });
    if ("fault" in added) return failed(ask, [added.fault]);
    const behind = taken + wanted.length;
    const isLast = behind >= bundle.wanted.length;
    const progress = 10 + Math.floor((80 * behind) / Math.max(1, bundle.wanted.length));
    return {
      writes: [update(ask, { state: "running", progressPercent: progress })],
      next: {
        step: isLast ? "course" : "files",
        payload: { stored: [...ask.payload.stored, ...added.stored], taken: behind },
      },
    };
  },
});

/** The whole course in one batch with the import's end: there is all of it, or nothing. */
const course = step({
  read: readImport,
  run: async (rows: Read, ask: Ask): Promise<StepResult> => {
    if (!isOpen(rows)) return {};
    const { db, orgId, now, id } = ask;
    const { readBundle } = await import("./olx/import-bundle.ts");
    const { importRows } = await import("./olx/import-rows.ts");
    const bundle = await readBundle(ask.ports.files, rows.file.key);
    if ("issues" in bundle) return failed(ask, bundle.issues);
    const made = importRows(bundle.course, ask.payload.stored, {
      db,
      orgId,
      now,
      id,
      instructorId: rows.made.requestedBy,
    });
    const { course: draft } = made;
    return {
      events: [
        event(
          courseCreated,
          { id: draft.id, version: 0 },
          {
            courseId: draft.id,
            title: draft.title,
            slug: draft.slug,
            instructorId: draft.instructorId,
            categoryId: null,
            status: "draft",
            price: null,
          },
        ),
      ],
      writes: [
        ...made.writes,
        update(ask, {
          state: "succeeded",
          progressPercent: 100,
          courseId: draft.id,
          issues: made.issues,
          completedAt: now,
        }),
      ],
    };
  },
});

export const olxImportTask = taskKind({
  kind: "openedx.import-olx",
  queue: "jobs",
  payload,
  attemptsMax: 5,
  timeoutMs: MINUTE,
  steps: { files, course },
  death: ({ db, orgId, subject, now }) => [
    update(
      { db, orgId, subject, now },
      {
        state: "failed",
        completedAt: now,
        issues: [
          {
            path: "",
            message: "The import failed again and again; ask your operator to look at its task",
            severity: "error",
            code: "IMPORT_ERROR",
          },
        ],
      },
    ),
  ],
});
