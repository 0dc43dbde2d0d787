import { eq, sql } from "drizzle-orm";
import * as z from "zod";
import {
  defaults,
  features,
  SETTING_LEVELS,
  type SettingsOverride,
  settingLevels,
  settingsOf,
} from "../kernel/settings.ts";
import type { Db, RowOf } from "../kernel/statement.ts";
import { isoOrNull, shownInstant } from "../kernel/time.ts";
import { lmsSettings } from "./schema.ts";

const levels = z.record(z.string(), z.enum(SETTING_LEVELS));

export const settingsAnswer = z
  .object({
    features,
    defaults,
    levels: z
      .object({ features: levels, defaults: levels })
      .describe("Where each value was set: the organization's stand above the deployment's"),
    version: z.int().describe("0 before the organization's first change"),
    updatedAt: shownInstant.nullable(),
  })
  .meta({ id: "Settings" });

/** Always one row: an organization that has set nothing is at version 0. */
export const settingsRow = (db: Db, orgId: string) =>
  db
    .select({
      id: sql<string>`coalesce(${lmsSettings.id}, ${orgId})`.as("settings_id"),
      features: lmsSettings.features,
      defaults: lmsSettings.defaults,
      version: sql<number>`coalesce(${lmsSettings.version}, 0)`.as("settings_version"),
      createdAt: lmsSettings.createdAt,
      updatedAt: lmsSettings.updatedAt,
    })
    .from(sql`(select 1)`)
    .leftJoin(lmsSettings, eq(lmsSettings.organizationId, orgId));

export type SettingsRow = RowOf<ReturnType<typeof settingsRow>>;

export const ownOf = (row: SettingsRow): SettingsOverride => ({
  features: row.features ?? {},
  defaults: row.defaults ?? {},
});

export const showSettings = (
  row: Pick<SettingsRow, "version" | "updatedAt">,
  own: SettingsOverride,
  deployment: SettingsOverride,
): z.infer<typeof settingsAnswer> => ({
  ...settingsOf(deployment, own),
  levels: settingLevels(deployment, own),
  version: row.version,
  updatedAt: isoOrNull(row.updatedAt),
});
