import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import * as z from "zod";
import { type Db, guard, type RowOf, type Statement } from "../kernel/statement.ts";
import { profile, profileOf } from "./profile.ts";
import { lmsMembers, member } from "./schema.ts";

/** A member as its admins see it. */
export const memberAnswer = profile
  .extend({ suspendReason: z.string().nullable() })
  .meta({ id: "Member" });

/** Whoever belongs to the organization now: who has left or was erased is not found. */
export const presentMember = (db: Db, orgId: string, userId: string) =>
  db
    .select()
    .from(lmsMembers)
    .where(
      and(
        eq(lmsMembers.organizationId, orgId),
        eq(lmsMembers.userId, userId),
        isNull(lmsMembers.deletedAt),
        sql`exists (select 1 from ${member} where organization_id = ${orgId} and user_id = ${userId})`,
      ),
    );

export type MemberRow = RowOf<ReturnType<typeof presentMember>>;

export const showMember = (row: MemberRow): z.infer<typeof memberAnswer> => ({
  ...profileOf(row),
  suspendReason: row.suspendReason,
});

const ACTS_AS_ADMIN: SQL = sql`instr(',' || role || ',', ',lms-admin,') > 0`;

const anotherAdmin = (orgId: string, userId: string): SQL =>
  sql`exists (select 1 from member as other where other.organization_id = ${orgId}
    and other.user_id <> ${userId} and instr(',' || other.role || ',', ',lms-admin,') > 0
    and not exists (select 1 from lms_members where lms_members.organization_id = ${orgId}
      and lms_members.user_id = other.user_id and suspended_at is not null))`;

/** Fails the batch where nobody else would be left to administer the organization. */
export const whileAnotherAdmin = (db: Db, { organizationId, userId }: MemberRow): Statement =>
  guard(
    db,
    sql`not exists (select 1 from ${member} where organization_id = ${organizationId}
        and user_id = ${userId} and ${ACTS_AS_ADMIN})
      or ${anotherAdmin(organizationId, userId)}`,
  );

/** A row where nobody but this person administers the organization. */
export const onlyAdmin = (db: Db, orgId: string, userId: string) =>
  db
    .select({ id: member.id })
    .from(member)
    .where(
      sql`${member.organizationId} = ${orgId} and ${member.userId} = ${userId} and ${ACTS_AS_ADMIN}
        and not ${anotherAdmin(orgId, userId)}`,
    );
