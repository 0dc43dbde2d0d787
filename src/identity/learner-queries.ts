import { and, desc, eq, isNull, sql } from "drizzle-orm";
import * as z from "zod";
import { afterCursor, pageFault, pageInput, pageOf, pageOutput, windowOf } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { fold, line } from "../kernel/text.ts";
import { profile, profileOf } from "./profile.ts";
import { IS_LEARNER, lmsMembers } from "./schema.ts";

/** Members looked at for one page of a search. */
const SCANNED_MAX = 900;

type MemberRow = typeof lmsMembers.$inferSelect;

export const adminLearners = query({
  type: "lms.admin.learners",
  summary: "Those who learn in the organization, the newest first; `search` is in name or address",
  input: z.strictObject({ ...pageInput, search: line(200).optional() }),
  output: pageOutput(profile),
  permission: { action: "member:list", any: ["lms-admin", "org-admin"] },
  fault: pageFault,
  read: ({ db, input, actor }) => {
    const { limit, offset } =
      input.search === undefined ? windowOf(input) : { limit: SCANNED_MAX, offset: 0 };
    return {
      members: db
        .select()
        .from(lmsMembers)
        .where(
          and(
            eq(lmsMembers.organizationId, actor.orgId),
            sql.raw(IS_LEARNER),
            isNull(lmsMembers.deletedAt),
            afterCursor(input.cursor, [lmsMembers.id], "desc"),
          ),
        )
        .orderBy(desc(lmsMembers.id))
        .limit(limit)
        .offset(offset),
    };
  },
  answer: ({ members }, { input }) => {
    const at = (row: MemberRow) => [row.id];
    if (input.search === undefined) return pageOf(input, members, at, profileOf);
    const { limit, offset } = windowOf(input);
    const found = members.filter(named(input.search)).slice(offset, offset + limit);
    const last = members.at(-1);
    const goesOn = members.length === SCANNED_MAX && found.length < limit && last !== undefined;
    return pageOf(input, found, at, profileOf, goesOn ? at(last) : undefined);
  },
});

/** Whether all words of a search are in a member's name or address, however they are written. */
function named(search: string): (row: MemberRow) => boolean {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return ({ displayName, email }) => {
    const text = fold(`${displayName ?? ""} ${email ?? ""}`);
    return words.every((word) => text.includes(word));
  };
}
