import { and, eq, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { present } from "../kernel/columns.ts";
import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import { LMS_TYPES, type LMSAdapter, type LMSConfig } from "../kernel/lms-adapter.ts";
import type { Ports } from "../kernel/ports.ts";
import type { Secrets } from "../kernel/secrets.ts";
import type { Db } from "../kernel/statement.ts";
import { refusedTarget } from "../kernel/target.ts";
import { line, prose } from "../kernel/text.ts";
import { iso, isoOrNull, SECOND, shownInstant } from "../kernel/time.ts";
import { CONNECTION_STATUSES, type ConfigurationRow, lmsConfigurations } from "./schema.ts";

const URL_LENGTH_MAX = 500;
const REQUEST_MS = 10 * SECOND;

/** Of what the importer's old keys take as well; see the wire facts, A5. */
export const keyPart = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[A-Za-z0-9_-]+$/, "Letters and digits of ASCII, _ and -");

const address = z
  .string()
  .max(URL_LENGTH_MAX)
  .refine((text) => refusedTarget(text, "development") === undefined, "Not an address of http(s)")
  .transform((text) => text.replace(/\/+$/, ""))
  .describe("Without a slash at the end; https and public outside development");

const credential = z.string().min(1).max(500);

export const configurationFields = {
  type: z.enum(LMS_TYPES).optional().describe("openedx; the others are not supported yet"),
  name: line(100),
  description: prose(500).nullable().optional(),
  lmsUrl: address,
  studioUrl: address,
  clientId: credential.describe("Kept sealed, shown to nobody"),
  clientSecret: credential.describe("Kept sealed, shown to nobody"),
  defaultOrg: keyPart.describe("The organization's code in Open edX"),
  defaultRun: keyPart.optional(),
  autoCreateCourse: z.boolean().optional(),
  openassessment: z
    .boolean()
    .optional()
    .describe(
      "Whether the instance has the block; without it assignments go as their instructions",
    ),
  importTimeoutSeconds: z.int().min(30).max(600).optional(),
  maxRetries: z.int().min(1).max(5).optional(),
  isActive: z.boolean().optional(),
};

export const configurationAnswer = z.object({
  id: z.string(),
  type: z.enum(LMS_TYPES),
  name: z.string(),
  description: z.string().nullable(),
  lmsUrl: z.string(),
  studioUrl: z.string(),
  defaultOrg: z.string(),
  defaultRun: z.string(),
  autoCreateCourse: z.boolean(),
  openassessment: z.boolean(),
  importTimeoutSeconds: z.int(),
  maxRetries: z.int(),
  isActive: z.boolean(),
  lastConnectionTest: shownInstant.nullable(),
  lastConnectionStatus: z.enum(CONNECTION_STATUSES).nullable(),
  createdBy: z.string().nullable(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

/** Column by column: a secret cannot slip through with a spread. */
export const showConfiguration = (row: ConfigurationRow): z.infer<typeof configurationAnswer> => ({
  id: row.id,
  type: row.type,
  name: row.name,
  description: row.description,
  lmsUrl: row.lmsUrl,
  studioUrl: row.studioUrl,
  defaultOrg: row.defaultOrg,
  defaultRun: row.defaultRun,
  autoCreateCourse: row.autoCreateCourse,
  openassessment: row.openassessment,
  importTimeoutSeconds: row.importTimeoutSeconds,
  maxRetries: row.maxRetries,
  isActive: row.isActive,
  lastConnectionTest: isoOrNull(row.lastConnectionTest),
  lastConnectionStatus: row.lastConnectionStatus,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});

export const configurationById = (db: Db, orgId: string, configurationId: string) =>
  db
    .select()
    .from(lmsConfigurations)
    .where(and(present(lmsConfigurations, orgId), eq(lmsConfigurations.id, configurationId)));

export const NAME_TAKEN = "Another connection of this organization has this name";

export const namesConfiguration = ({ id, name, type }: ConfigurationRow) => ({
  configurationId: id,
  name,
  type,
});

type Sealed = Partial<Pick<ConfigurationRow, "clientId" | "clientSecret">>;

/** The credentials given, sealed for one column of one row; refused where there is no key, or no such address. */
export async function sealedFor(
  row: { id: string; organizationId: string },
  given: { clientId?: string | undefined; clientSecret?: string | undefined } & Addresses,
  ports: Pick<Ports, "secrets" | "environment">,
): Promise<Sealed | Refusal<"FEATURE_DISABLED" | "VALIDATION_FAILED">> {
  const refused = refusedAddress(given, ports);
  if (refused) return refused;
  const { secrets } = ports;
  if (!secrets) return NO_KEY;
  const sealed: Sealed = {};
  for (const column of ["clientId", "clientSecret"] as const) {
    const text = given[column];
    if (text !== undefined) sealed[column] = await secrets.seal(text, purposeOf(row, column));
  }
  return sealed;
}

export const NO_KEY = refuse(
  "FEATURE_DISABLED",
  "This deployment has no key for secrets: its operator has to set SECRETS_KEYS",
);

type Addresses = { lmsUrl?: string | undefined; studioUrl?: string | undefined };

function refusedAddress(
  given: Addresses,
  { environment }: Pick<Ports, "environment">,
): Refusal<"VALIDATION_FAILED"> | undefined {
  const errors = (["lmsUrl", "studioUrl"] as const).flatMap((path) => {
    const message = given[path] && refusedTarget(given[path], environment);
    return message ? [{ path, message }] : [];
  });
  const named = errors.map(({ path }) => path).join(", ");
  return errors.length > 0
    ? refuse("VALIDATION_FAILED", `Correct ${named}`, { errors })
    : undefined;
}

const purposeOf = (
  row: { id: string; organizationId: string },
  column: "clientId" | "clientSecret",
): string => `lms_configurations:${row.organizationId}:${row.id}:${column}`;

/** The adapter of a connection, its secrets opened for it alone; refused where there is no key for them. */
export async function adapterOf(
  row: ConfigurationRow,
  ports: Pick<Ports, "secrets" | "lms">,
): Promise<LMSAdapter | Refusal<"FEATURE_DISABLED">> {
  const base = {
    instanceId: row.id,
    name: row.name,
    enabled: row.isActive,
    organization: row.defaultOrg,
    timeout: REQUEST_MS,
    maxRetries: row.maxRetries,
  };
  if (row.type !== "openedx") return ports.lms.adapterFor({ ...base, type: row.type });
  const { secrets } = ports;
  if (!secrets) return NO_KEY;
  const opened = await openedOf(row, secrets);
  if (isRefusal(opened)) return opened;
  const config: LMSConfig = {
    ...base,
    ...opened,
    type: "openedx",
    lmsUrl: row.lmsUrl,
    cmsUrl: row.studioUrl,
    autoCreateCourse: row.autoCreateCourse,
  };
  return ports.lms.adapterFor(config);
}

async function openedOf(row: ConfigurationRow, secrets: Secrets) {
  try {
    return {
      clientId: await secrets.open(row.clientId, purposeOf(row, "clientId")),
      clientSecret: await secrets.open(row.clientSecret, purposeOf(row, "clientSecret")),
    };
  } catch {
    return refuse(
      "FEATURE_DISABLED",
      "The key that sealed this connection's secrets is gone: enter clientId and clientSecret anew",
    );
  }
}

/** The connection may be forgotten while a job is being wanted of it. */
export const isThere = ({ id, organizationId }: ConfigurationRow): SQL =>
  sql`exists (select 1 from lms_configurations where id = ${id}
    and organization_id = ${organizationId} and deleted_at is null and is_active)`;
