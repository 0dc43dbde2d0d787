import { and, eq, sql } from "drizzle-orm";
import * as z from "zod";
import { event } from "../kernel/event.ts";
import { type Db, maybe, type RowOf } from "../kernel/statement.ts";
import { type StepAsk, type StepResult, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { type MemberField, memberUpdated } from "./events.ts";
import { rolesOf } from "./roles.ts";
import { account, lmsMembers, member, user } from "./schema.ts";

const payload = z.object({ changed: z.array(z.enum(["roles", "keys", "name"])) });
type Payload = z.infer<typeof payload>;

const copy = step({
  read: ({ db, orgId, subject }: { db: Db; payload: Payload; orgId: string; subject: string }) => ({
    joined: maybe(membership(db, orgId, subject)),
    known: maybe(memberRow(db, orgId, subject)),
  }),
  run: async ({ joined, known }, ask: StepAsk<Payload>) => {
    if (known) return bringUpToDate(known, joined, ask);
    return joined ? firstCopy(joined, ask) : {};
  },
});

/** Copies what the library changed of a person into the organization's own table. */
export const identitySync = taskKind({
  kind: "identity.sync",
  queue: "jobs",
  payload,
  attemptsMax: 10,
  timeoutMs: 10 * SECOND,
  steps: { copy },
});

const membership = (db: Db, orgId: string, userId: string) =>
  db
    .select({
      role: member.role,
      name: user.name,
      address: user.email,
      vouched: sql<string | null>`${account.email}`.as("vouched"),
    })
    .from(member)
    .innerJoin(user, eq(user.id, member.userId))
    .leftJoin(account, eq(account.userId, member.userId))
    .where(and(eq(member.organizationId, orgId), eq(member.userId, userId)))
    .limit(1);

const memberRow = (db: Db, orgId: string, userId: string) =>
  db
    .select()
    .from(lmsMembers)
    .where(and(eq(lmsMembers.organizationId, orgId), eq(lmsMembers.userId, userId)));

type Joined = RowOf<ReturnType<typeof membership>>;
type Known = RowOf<ReturnType<typeof memberRow>>;

/** An issuer's account has no address in the library: `.invalid` is never one (RFC 2606). */
const addressOf = ({ address, vouched }: Joined): string | null =>
  address.endsWith(".invalid") ? vouched : address;

function firstCopy(joined: Joined, { db, orgId, subject, now, id }: StepAsk<Payload>): StepResult {
  const memberId = id();
  const fields: MemberField[] = ["displayName", "email", "roles"];
  const row = {
    id: memberId,
    organizationId: orgId,
    userId: subject,
    displayName: joined.name,
    email: addressOf(joined),
    roles: rolesOf(joined.role),
    preferences: {},
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const subjectOf = { id: memberId, version: 0 };
  return {
    writes: [db.insert(lmsMembers).values(row)],
    events: [event(memberUpdated, subjectOf, { memberId, userId: subject, fields })],
  };
}

/**
 * Who has left keeps the row, which courses and enrollments point to, and no role. Who was erased and has
 * come back begins anew on it.
 */
function bringUpToDate(
  known: Known,
  joined: Joined | undefined,
  { db, payload: { changed }, orgId, subject, now }: StepAsk<Payload>,
): StepResult {
  const isBack = joined !== undefined && known.deletedAt !== null;
  const displayName =
    joined && (isBack || changed.includes("name")) ? joined.name : known.displayName;
  const deletedAt = joined ? null : known.deletedAt;
  const email = joined ? addressOf(joined) : known.email;
  const roles = joined ? rolesOf(joined.role) : [];
  const fields: MemberField[] = [];
  if (displayName !== known.displayName) fields.push("displayName");
  if (email !== known.email) fields.push("email");
  if (roles.join() !== known.roles.join()) fields.push("roles");
  if (changed.includes("keys")) fields.push("keys");
  if (fields.length === 0) return {};
  return {
    writes: [
      db
        .update(lmsMembers)
        .set({ displayName, email, roles, deletedAt, version: known.version + 1, updatedAt: now })
        .where(and(eq(lmsMembers.id, known.id), eq(lmsMembers.organizationId, orgId))),
    ],
    events: [event(memberUpdated, known, { memberId: known.id, userId: subject, fields })],
  };
}
