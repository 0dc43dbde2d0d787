import { courseById } from "../catalog/statements.ts";
import { isRefusal } from "../kernel/error.ts";
import {
  type Actor,
  type Credential,
  EVERY_MEMBER,
  mayTouch,
  type Permission,
  type Role,
} from "../kernel/permission.ts";
import type { Database, Standing } from "../kernel/ports.ts";
import { type Db, found, maybe, type Reads, rowsOf, statementsOf } from "../kernel/statement.ts";
import { adminChannel, instructorChannel, learnerChannel, sessionChannel } from "./channels.ts";
import { participants, readSession, sessionReadBy } from "./session.ts";
import { enrollmentInSession } from "./statements.ts";

/** Who listens, as whoever asked for the ticket: what that credential has lost since is lost here too. */
export type Hearer = {
  orgId: string;
  userId: string;
  roles: readonly Role[];
  credential: Credential | null;
};

/** A channel without the names that every one of a hearer's has in common. */
export type Channel =
  | { of: "session" | "instructor"; id: string }
  | { of: "learner" | "admin"; id: null };

const ID_MAX = 100;

/** The channel of a name, as far as this hearer could ever be let into it. */
export function channelNamed(name: string, { orgId, userId }: Hearer): Channel | undefined {
  if (name === adminChannel(orgId)) return { of: "admin", id: null };
  if (name === learnerChannel(orgId, userId)) return { of: "learner", id: null };
  for (const [of, named] of [
    ["session", sessionChannel],
    ["instructor", instructorChannel],
  ] as const) {
    const [before = "", after = ""] = named(orgId, " ").split(" ");
    const id = name.slice(before.length, name.length - after.length);
    const fits = id !== "" && id.length <= ID_MAX && !id.includes(":");
    if (fits && name === named(orgId, id)) return { of, id };
  }
  return undefined;
}

export const nameOf = ({ of, id }: Channel, { orgId, userId }: Hearer): string => {
  if (id !== null) return (of === "session" ? sessionChannel : instructorChannel)(orgId, id);
  return of === "learner" ? learnerChannel(orgId, userId) : adminChannel(orgId);
};

const PERMISSIONS: Readonly<Record<Channel["of"], Permission>> = {
  session: sessionReadBy("listen"),
  instructor: { action: "course:listen", own: ["instructor", "lms-admin"] },
  learner: { action: "self:listen", any: EVERY_MEMBER },
  admin: { action: "admin:listen", any: ["lms-admin", "org-admin"] },
};

const isCourses = ({ course }: { course: { instructorId: string } }, { id }: Actor): boolean =>
  course.instructorId === id;

/** What decides whether somebody may hear a channel, as reads for a batch and an answer to their rows. */
export function access(db: Db, standing: Standing, hearer: Hearer, { of, id }: Channel) {
  const { orgId, userId, roles, credential } = hearer;
  const as: Actor = { id: userId, type: "human", orgId, roles, ...(credential && { credential }) };
  const reads: Reads = { stood: maybe(standing.read(db, as)), ...rowsOfIt() };

  function rowsOfIt(): Reads {
    if (id === null) return {};
    if (of === "instructor") return { course: found("Course", courseById(db, orgId, id)) };
    const enrollment = maybe(enrollmentInSession(db, orgId, userId, id));
    return { ...readSession(db, orgId, id), enrollment };
  }

  function isGranted(results: readonly unknown[]): boolean {
    const { rows, missing } = rowsOf(reads, results);
    if (missing !== undefined) return false;
    const judged = standing.judge(rows.stood, as);
    if (isRefusal(judged)) return false;
    const own = of === "session" ? participants : { instructor: isCourses, "lms-admin": isCourses };
    return mayTouch(PERMISSIONS[of], own, rows as never, judged.actor) === undefined;
  }
  return { statements: statementsOf(reads), isGranted };
}

const ASKED_AT_ONCE = 20;

type Asked = { hearer: Hearer; channel: Channel };

/** Those of the asked that are granted, read in as few batches as they fit in. */
export async function granted<A extends Asked>(
  { db, batch }: Database,
  standing: Standing,
  asked: readonly A[],
): Promise<A[]> {
  const yes: A[] = [];
  for (let from = 0; from < asked.length; from += ASKED_AT_ONCE) {
    const some = asked
      .slice(from, from + ASKED_AT_ONCE)
      .map((one) => ({ one, ...access(db, standing, one.hearer, one.channel) }));
    const results = await batch(some.flatMap(({ statements }) => statements));
    let next = 0;
    for (const { one, statements, isGranted } of some) {
      if (isGranted(results.slice(next, next + statements.length))) yes.push(one);
      next += statements.length;
    }
  }
  return yes;
}
