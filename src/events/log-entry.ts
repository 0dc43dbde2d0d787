import * as z from "zod";
import { envelopeOf } from "../kernel/outbox.ts";
import type { domainEventLog } from "../kernel/schema.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";

/** An event as the audit log shows it: the envelope, who acted by which credential, and its delivery. */
export const logEntry = z
  .object({
    seq: z.int().describe("The order of commits"),
    id: z.string(),
    type: z.string(),
    version: z.int().describe("Of the payload's schema"),
    kind: z.enum(["domain", "integration"]),
    namespace: z.literal("lms"),
    aggregateType: z.string(),
    aggregateId: z.string(),
    aggregateVersion: z.int().nullable(),
    orgId: z.string(),
    actorType: z.enum(["human", "system", "api_key", "public"]),
    actorId: z.string(),
    correlationId: z.string(),
    causationId: z.string().nullable(),
    occurredAt: shownInstant,
    settledAt: shownInstant.nullable().describe("When its last listener was done; null before"),
    payload: z.unknown(),
    metadata: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "LogEntry" });

export const showLogEntry = (row: typeof domainEventLog.$inferSelect): z.infer<typeof logEntry> => {
  const { payload, occurredAt, ...envelope } = envelopeOf(row);
  return {
    seq: row.seq,
    ...envelope,
    actorType: row.actorType,
    occurredAt: iso(occurredAt),
    settledAt: isoOrNull(row.settledAt),
    payload,
    metadata: JSON.parse(row.metadata),
  };
};
