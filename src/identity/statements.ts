import { and, asc, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { refuse } from "../kernel/error.ts";
import { event } from "../kernel/event.ts";
import type { Actor, Role } from "../kernel/permission.ts";
import type { Standing } from "../kernel/ports.ts";
import { type At, prepared } from "../kernel/prepared.ts";
import type { SettingsOverride } from "../kernel/settings.ts";
import { type Db, isAnyOf, type RowOf, revise } from "../kernel/statement.ts";
import { memberUpdated } from "./events.ts";
import { keyMetadata } from "./key.ts";
import { rolesOf } from "./roles.ts";
import {
  account,
  apikey,
  lmsMembers,
  lmsSettings,
  member,
  organization,
  session,
} from "./schema.ts";

/** A member as other contexts may read it; without roles it has left the organization. */
const memberColumns = {
  memberId: lmsMembers.id,
  userId: lmsMembers.userId,
  displayName: lmsMembers.displayName,
  email: lmsMembers.email,
  roles: lmsMembers.roles,
  locale: lmsMembers.locale,
  timeZone: lmsMembers.timeZone,
  suspendedAt: lmsMembers.suspendedAt,
};

export const memberById = prepared((db, orgId: At<string | SQL>, userId: At<string | SQL>) =>
  db
    .select(memberColumns)
    .from(lmsMembers)
    .where(and(eq(lmsMembers.organizationId, orgId), eq(lmsMembers.userId, userId))),
);

/** Members by their ids, with what they wish to be told; or those that a read of the same batch names. */
export const membersAmong = (db: Db, orgId: string, userIds: readonly string[] | SQL) =>
  db
    .select({ ...memberColumns, preferences: lmsMembers.preferences })
    .from(lmsMembers)
    .where(
      and(
        eq(lmsMembers.organizationId, orgId),
        Array.isArray(userIds)
          ? isAnyOf(lmsMembers.userId, userIds)
          : sql`${lmsMembers.userId} in ${userIds}`,
        isNull(lmsMembers.deletedAt),
      ),
    );

/** The name that others see of whoever a column of the taker's row names; null once erased. */
export const displayNameOf = (orgId: string, userId: SQL | SQLiteColumn): SQL<string | null> =>
  sql`(select display_name from lms_members where organization_id = ${orgId}
    and user_id = ${userId})`;

type StaffPage = { roles: readonly Role[]; after: string | null; limit: number };

/** A page of those who hold one of the roles beside a learner's, in the order of their rows' ids. */
export const staffOf = (db: Db, orgId: string, { roles, after, limit }: StaffPage) =>
  db
    .select({ id: lmsMembers.id, userId: lmsMembers.userId, roles: lmsMembers.roles })
    .from(lmsMembers)
    .where(
      and(
        eq(lmsMembers.organizationId, orgId),
        gt(lmsMembers.id, after ?? ""),
        sql`roles NOT IN ('["learner"]', '[]')`,
        sql`exists (select 1 from json_each(${lmsMembers.roles}) as held
          where held.value in (select value from json_each(${JSON.stringify(roles)})))`,
      ),
    )
    .orderBy(asc(lmsMembers.id))
    .limit(limit);

export const isMember = ({ roles }: { roles: readonly Role[] }): boolean => roles.length > 0;

export const settingsOfOrganization = prepared((db, orgId: At<string>) =>
  db
    .select({ features: lmsSettings.features, defaults: lmsSettings.defaults })
    .from(lmsSettings)
    .where(eq(lmsSettings.organizationId, orgId)),
);

/** An organization's own default values, as a column of another context's read. */
export const defaultsIn = (orgId: SQL) =>
  sql<
    SettingsOverride["defaults"] | null
  >`(select defaults from lms_settings where organization_id = ${orgId})`.mapWith(
    lmsSettings.defaults,
  );

type Stood = {
  live: number | null;
  role: string | null;
  keyMetadata: string | null;
  suspendedAt: number | null;
  features: SettingsOverride["features"] | null;
  defaults: SettingsOverride["defaults"] | null;
};

/** One SQL in every command's first batch: what a credential cached for seconds may have lost. */
export const standing: Standing = {
  read(db, actor) {
    const { orgId, id, credential } = actor;
    if (isApart(actor)) return settingsOfOrganization(db, orgId);
    return credential
      ? standingBy[credential.kind](db, orgId, id, credential.id)
      : standingBy.none(db, orgId, id);
  },
  judge(row, actor) {
    // SAFETY: the row of read() just above.
    const stood = row as Stood | undefined;
    const settings = stood && {
      features: stood.features ?? {},
      defaults: stood.defaults ?? {},
    };
    if (isApart(actor)) return { actor, settings: settings ?? null };
    if (!stood?.live || stood.role === null) {
      return refuse("UNAUTHENTICATED", "This session, key or membership has ended; sign in again");
    }
    if (stood.suspendedAt !== null) return suspended;
    return { actor: { ...actor, roles: freshRoles(actor, stood) }, settings: settings ?? null };
  },
};

export const suspended = refuse("SUSPENDED", "Your membership is suspended; ask an admin");

const isApart = ({ type }: Actor): boolean => type === "system" || type === "public";

/** D1's own clock judges an expiry, as it does a lease. */
const unexpired = (expiresAt: SQLiteColumn): SQL =>
  sql`(${expiresAt} is null or ${expiresAt} > unixepoch('subsec') * 1000)`;
const live = (condition: SQL) => sql<number>`${condition}`.as("live");

/** Of the ids of sessions and keys, those that still let somebody act. */
export const liveCredentials = (db: Db, ids: readonly string[]) =>
  db
    .select({ id: session.id })
    .from(session)
    .where(and(isAnyOf(session.id, ids), unexpired(session.expiresAt)))
    .unionAll(
      db
        .select({ id: apikey.id })
        .from(apikey)
        .where(and(isAnyOf(apikey.id, ids), sql`${apikey.enabled}`, unexpired(apikey.expiresAt))),
    );

const none = sql<string | null>`null`.as("key_metadata");
/** Its own name, for drizzle names such a column without its table. */
const holder = (of: SQL | SQLiteColumn) => sql<string>`${of}`.as("holder_id");

const bySession = (db: Db, userId: At<string>, id: At<string>) =>
  db
    .select({
      userId: holder(session.userId),
      live: live(unexpired(session.expiresAt)),
      keyMetadata: none,
    })
    .from(session)
    .where(and(eq(session.id, id), eq(session.userId, userId)))
    .as("credential");

const byKey = (db: Db, userId: At<string>, id: At<string>) =>
  db
    .select({
      userId: holder(apikey.referenceId),
      live: live(sql`${apikey.enabled} and ${unexpired(apikey.expiresAt)}`),
      keyMetadata: sql<string | null>`${apikey.metadata}`.as("key_metadata"),
    })
    .from(apikey)
    .where(and(eq(apikey.id, id), eq(apikey.referenceId, userId)))
    .as("credential");

const byToken = (db: Db, userId: At<string>, id: At<string>) =>
  db
    .select({ userId: holder(account.userId), live: live(sql`1`), keyMetadata: none })
    .from(account)
    .where(and(eq(account.id, id), eq(account.userId, userId)))
    .as("credential");

const byNone = (db: Db, userId: At<string>) =>
  db
    .select({ userId: holder(sql`${userId}`), live: live(sql`1`), keyMetadata: none })
    .from(sql`(select 1)`)
    .as("credential");
/** What a membership is now, beside the credential that names it: one of those above. */
const stoodWith = (
  db: Db,
  orgId: At<string>,
  credential: ReturnType<typeof bySession | typeof byKey | typeof byToken | typeof byNone>,
) =>
  db
    .select({
      live: credential.live,
      keyMetadata: credential.keyMetadata,
      role: member.role,
      suspendedAt: lmsMembers.suspendedAt,
      features: lmsSettings.features,
      defaults: lmsSettings.defaults,
    })
    .from(credential)
    .leftJoin(member, and(eq(member.userId, credential.userId), eq(member.organizationId, orgId)))
    .leftJoin(
      lmsMembers,
      and(eq(lmsMembers.userId, credential.userId), eq(lmsMembers.organizationId, orgId)),
    )
    .leftJoin(lmsSettings, eq(lmsSettings.organizationId, orgId));

/** By what an actor was recognized. */
const standingBy = {
  session: prepared((db, orgId: At<string>, userId: At<string>, id: At<string>) =>
    stoodWith(db, orgId, bySession(db, userId, id)),
  ),
  key: prepared((db, orgId: At<string>, userId: At<string>, id: At<string>) =>
    stoodWith(db, orgId, byKey(db, userId, id)),
  ),
  token: prepared((db, orgId: At<string>, userId: At<string>, id: At<string>) =>
    stoodWith(db, orgId, byToken(db, userId, id)),
  ),
  none: prepared((db, orgId: At<string>, userId: At<string>) =>
    stoodWith(db, orgId, byNone(db, userId)),
  ),
};

/** A key's roles and an issuer's claims only ever narrow what the membership gives. */
function freshRoles(actor: Actor, stood: Stood): Role[] {
  const given = rolesOf(stood.role);
  switch (actor.credential?.kind) {
    case "key":
      return given.filter((role) => keyMetadata(stood.keyMetadata).roles.includes(role));
    case "token":
      return given.filter((role) => actor.roles.includes(role));
    default:
      return given;
  }
}

/** A page of all organizations by their ids, with what their settings say. */
export const organizationsAfter = (db: Db, after: string | undefined, limit: number) =>
  db
    .select({ id: organization.id, defaults: lmsSettings.defaults })
    .from(organization)
    .leftJoin(lmsSettings, eq(lmsSettings.organizationId, organization.id))
    .where(after === undefined ? undefined : gt(organization.id, after))
    .orderBy(asc(organization.id))
    .limit(limit);

export const organizationById = (db: Db, orgId: string | SQL) =>
  db
    .select({ id: organization.id, name: organization.name, slug: organization.slug })
    .from(organization)
    .where(eq(organization.id, orgId));

/** A member's row as far as its preferences go. */
export const preferencesOf = (db: Db, orgId: string, userId: string) =>
  db
    .select({
      id: lmsMembers.id,
      organizationId: lmsMembers.organizationId,
      userId: lmsMembers.userId,
      version: lmsMembers.version,
      preferences: lmsMembers.preferences,
    })
    .from(lmsMembers)
    .where(
      and(
        eq(lmsMembers.organizationId, orgId),
        eq(lmsMembers.userId, userId),
        isNull(lmsMembers.deletedAt),
      ),
    );

/** Preferences merged by name; nothing is written or recorded where they are so already. */
export function preferencesMerged(
  db: Db,
  member: RowOf<ReturnType<typeof preferencesOf>>,
  said: Readonly<Record<string, unknown>>,
  now: number,
) {
  const preferences = { ...member.preferences, ...said };
  const isSame = Object.entries(said).every(([name, value]) => member.preferences[name] === value);
  if (isSame) return { preferences, events: [], writes: [] };
  const payload = {
    memberId: member.id,
    userId: member.userId,
    fields: ["preferences" as const],
  };
  return {
    preferences,
    events: [event(memberUpdated, member, payload)],
    writes: [revise(db, lmsMembers, member, { preferences }, { now })],
  };
}
