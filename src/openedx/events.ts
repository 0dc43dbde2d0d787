import * as z from "zod";
import { eventType, type PayloadOf } from "../kernel/event.ts";
import { IMPORT_STATUSES, OPERATIONS } from "./schema.ts";

const configuration = { configurationId: z.string(), name: z.string(), type: z.string() };

export const configurationCreated = eventType(
  "configuration.created",
  "configuration",
  z.object(configuration),
);
export const configurationUpdated = eventType(
  "configuration.updated",
  "configuration",
  z.object({ ...configuration, updatedFields: z.array(z.string()) }),
);
export const configurationDeleted = eventType(
  "configuration.deleted",
  "configuration",
  z.object(configuration),
);
export const configurationTested = eventType(
  "configuration.tested",
  "configuration",
  z.object({ ...configuration, success: z.boolean(), code: z.string().optional() }),
);

const job = {
  jobId: z.string(),
  courseId: z.string(),
  configurationId: z.string(),
  operation: z.enum(OPERATIONS),
  edxCourseKey: z.string(),
};

export const importStarted = eventType("openedx.import-started", "import-job", z.object(job));
export const importProgress = eventType(
  "openedx.import-progress",
  "import-job",
  z.object({ ...job, status: z.enum(IMPORT_STATUSES), progressPercent: z.int() }),
);
export const importCompleted = eventType(
  "openedx.import-completed",
  "import-job",
  z.object({
    ...job,
    outcome: z.enum(["succeeded", "failed"]),
    errorCode: z.string().nullable(),
    courseUrl: z.string().nullable(),
    durationMs: z.int(),
  }),
);

export type ConfigurationCreatedPayload = PayloadOf<typeof configurationCreated>;
export type ConfigurationUpdatedPayload = PayloadOf<typeof configurationUpdated>;
export type ConfigurationDeletedPayload = PayloadOf<typeof configurationDeleted>;
export type ConfigurationTestedPayload = PayloadOf<typeof configurationTested>;
export type OpenedxImportStartedPayload = PayloadOf<typeof importStarted>;
export type OpenedxImportProgressPayload = PayloadOf<typeof importProgress>;
export type OpenedxImportCompletedPayload = PayloadOf<typeof importCompleted>;
