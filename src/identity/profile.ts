import { and, eq, isNull } from "drizzle-orm";
import * as z from "zod";
import { type Actor, ROLES } from "../kernel/permission.ts";
import type { Db, RowOf } from "../kernel/statement.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { lmsMembers } from "./schema.ts";

const PREFERENCES_MAX = 50;

export const locale = z
  .string()
  .max(35)
  .refine(isLanguageTag, "Not a BCP 47 language tag, as ru or en-GB")
  .describe("BCP 47 language tag");

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

export const preferences = z
  .record(
    z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, "A name of letters, digits, dots and dashes"),
    z.union([z.string().max(500), z.number(), z.boolean(), z.null()]),
  )
  .refine(
    (all) => Object.keys(all).length <= PREFERENCES_MAX,
    `At most ${PREFERENCES_MAX} preferences`,
  );

export const profile = z
  .object({
    id: z.string(),
    memberId: z.string(),
    organizationId: z.string(),
    displayName: z.string().nullable(),
    email: z.string().nullable(),
    roles: z.array(z.enum(ROLES)),
    locale: z.string(),
    timeZone: z.string().nullable(),
    preferences: z.record(z.string(), z.unknown()),
    suspendedAt: shownInstant.nullable(),
    createdAt: shownInstant,
    updatedAt: shownInstant,
    version: z.int(),
  })
  .meta({ id: "Profile" });

export const memberRow = (db: Db, { orgId, id }: Pick<Actor, "orgId" | "id">) =>
  db
    .select()
    .from(lmsMembers)
    .where(
      and(
        eq(lmsMembers.organizationId, orgId),
        eq(lmsMembers.userId, id),
        isNull(lmsMembers.deletedAt),
      ),
    );

/** `id` is what learner and instructor columns hold, the person's; `memberId` the row's own. */
export const profileOf = (row: RowOf<ReturnType<typeof memberRow>>): z.infer<typeof profile> => ({
  id: row.userId,
  memberId: row.id,
  organizationId: row.organizationId,
  displayName: row.displayName,
  email: row.email,
  roles: row.roles,
  locale: row.locale,
  timeZone: row.timeZone,
  preferences: row.preferences,
  suspendedAt: isoOrNull(row.suspendedAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});
