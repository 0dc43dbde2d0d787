import { keepNames } from "../catalog/statements.ts";
import type { Db } from "../kernel/statement.ts";
import { maybe } from "../kernel/statement.ts";
import { type StepAsk, step } from "../kernel/task.ts";
import { MINUTE } from "../kernel/time.ts";
import { ENDED, failed, type ImportPayload, jobReads, moved } from "./import-step.ts";
import { isActive } from "./job.ts";
import type { ValidationIssue } from "./olx/issue.ts";
import { courseInputOf, courseReads } from "./olx/read-course.ts";
import { lastAtKey, partsOf } from "./publication.ts";
import type { JobRow } from "./schema.ts";

/** Kept with a job of what is wrong, or worth telling. */
const ISSUES_MAX = 200;

type Read = { db: Db; orgId: string; subject: string; payload: ImportPayload };

/**
 * The course as a bundle into R2, under its job's own key: built twice it is the same. The names that rows
 * keep from now on are committed with it, before any of them has left.
 */
export const buildBundle = step({
  timeoutMs: 4 * MINUTE,
  read: ({ db, orgId, subject, payload }: Read) => ({
    ...jobReads(db, orgId, subject),
    last: maybe(lastAtKey(db, { orgId, jobId: subject })),
    ...courseReads(db, orgId, payload.courseId),
  }),
  run: async (rows, ask: StepAsk<ImportPayload>) => {
    const { job, configuration, last, course } = rows;
    const { db, orgId, ports, now, more } = ask;
    if (!isActive(job)) return ENDED;
    const at = { job, ask };
    if (job.operation === "publish" && course.status !== "published") {
      return failed(
        at,
        "COURSE_NOT_READY",
        "The course was unpublished meanwhile: publish it first",
      );
    }
    const { BUNDLE_BYTES_MAX, bundleOf, emptyShell, FAR_FUTURE } = await import("./olx/bundle.ts");
    const { enrollmentStart, enrollmentEnd } = job.metadata;
    const startDate = job.operation === "empty" ? FAR_FUTURE : (job.metadata.startDate ?? now);
    const options = {
      ...partsOf(job.edxCourseKey),
      startDate,
      openassessment: configuration.openassessment,
      ...(enrollmentStart === undefined ? {} : { enrollmentStart }),
      ...(enrollmentEnd === undefined ? {} : { enrollmentEnd }),
    };
    const input = courseInputOf(rows, { db, orgId, more });
    const made =
      job.operation === "empty" ? undefined : await bundleOf(input, ports.files, options);
    if (made && "issues" in made) return invalid(at, made.issues);
    const bundle = made ?? emptyShell(input, options);
    const { size, sha256 } = await bundle.measured();
    if (size > BUNDLE_BYTES_MAX) {
      return failed(
        at,
        "IMPORT_REJECTED",
        `The bundle has ${size} bytes and Studio's proxy lets ${BUNDLE_BYTES_MAX} through: link large media instead of packing them`,
      );
    }
    const standing = job.operation === "publish" ? sameBytes(last, sha256) : null;
    const bundleKey = standing ?? job.bundleKey;
    if (bundleKey === null) throw new Error("A job under way has a place for its bundle");
    if (standing === null) {
      await ports.files.put(bundleKey, { stream: bundle.stream(), size }, "application/gzip");
    }
    const warnings = bundle.warnings.slice(0, ISSUES_MAX);
    const result = moved(
      at,
      {
        bundleKey,
        bundleSha256: sha256,
        startedAt: job.startedAt ?? now,
        progressPercent: 20,
        metadata: {
          ...job.metadata,
          startDate,
          title: course.title,
          sizeBytes: size,
          ...(warnings.length > 0 ? { warnings } : {}),
        },
      },
      { step: "check", payload: { unchanged: standing !== null } },
    );
    const kept = made ? keepNames(db, orgId, job.courseId, made.names) : [];
    return { ...result, writes: [...kept, ...(result.writes ?? [])] };
  },
});

/** Where the last publication's bundle lies, if it is the very same. */
const sameBytes = (last: JobRow | undefined, sha256: string): string | null =>
  last?.operation === "publish" && last.status === "succeeded" && last.bundleSha256 === sha256
    ? last.bundleKey
    : null;

function invalid(at: Parameters<typeof failed>[0], issues: readonly ValidationIssue[]) {
  const errors = issues.filter((one) => one.severity === "error");
  const [first] = errors;
  const faults = errors.length === 1 ? "1 fault keeps" : `${errors.length} faults keep`;
  const message = `${faults} the course from being OLX, the first: ${first?.path}: ${first?.message}`;
  return failed(at, "OLX_VALIDATION_ERROR", message, { issues: issues.slice(0, ISSUES_MAX) });
}
