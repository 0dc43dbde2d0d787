import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { newMeter } from "../../src/cloudflare/d1.ts";
import { unitOf } from "../../src/cloudflare/host.ts";
import { ask } from "../../src/kernel/ask.ts";
import { dispatch } from "../../src/kernel/mediator.ts";
import { type Actor, publicActor } from "../../src/kernel/permission.ts";
import type { Database, Host } from "../../src/kernel/ports.ts";
import type { Statement } from "../../src/kernel/statement.ts";
import { lms } from "../../src/lms.ts";
import { type Json, newOrganization, type Person, rows } from "../harness/world.ts";
import { LETTERS, type Letter, type Line, MATRIX } from "./matrix.ts";
import { nothingOf, type Subject, subjectOf } from "./subjects.ts";

const WHOSE = ["own", "foreign", "elsewhere", "nothing"] as const;
type Whose = (typeof WHOSE)[number];
/** What an answer says of who asked: past the permission, or stopped by it. */
type Verdict = "allowed" | "denied" | "unauthenticated" | "missing";

let subjects: Record<Whose, Subject>;
let actors: Record<Letter | "public", Actor>;

beforeAll(async () => {
  const world = await newOrganization();
  const other = await newOrganization();
  const { instructor, learner } = world;
  const stranger = {
    instructor: await world.newPerson("instructor"),
    learner: await world.newPerson("learner"),
  };
  const own = await subjectOf(world, { instructor, learner });
  subjects = {
    own,
    foreign: await subjectOf(world, stranger),
    elsewhere: await subjectOf(other, other),
    nothing: nothingOf(own),
  };
  const { admin, orgAdmin, reviewer } = world;
  const people = { A: admin, O: orgAdmin, I: instructor, R: reviewer, L: learner };
  const byLetter = await Promise.all(
    Object.entries(people).map(async ([letter, person]) => [letter, await actorOf(person)]),
  );
  actors = { ...Object.fromEntries(byLetter), public: publicActor(world.orgId) };
}, 60_000);

async function actorOf(person: Person): Promise<Actor> {
  const [key] = await rows<{ id: string }>(
    "SELECT id FROM apikey WHERE reference_id = ?",
    person.id,
  );
  const credential = { kind: "key", id: String(key?.id) } as const;
  return { id: person.id, type: "api_key", roles: [person.role], orgId: person.orgId, credential };
}

class ReachedTheWrite extends Error {}

/** Reads as the Worker does, and stops before anything is written: every cell finds the same world. */
function readingHost(): Host {
  const ctx = { waitUntil: () => undefined };
  const { host } = unitOf(env, ctx, newMeter());
  const databaseFor: Host["databaseFor"] = (orgId, freshness) => {
    const database: Database = host.databaseFor(orgId, freshness);
    return {
      db: database.db,
      batch: (statements) => {
        if (statements.some(writes)) throw new ReachedTheWrite();
        return database.batch(statements);
      },
    };
  };
  const seats: Host["seats"] = {
    reserve: () => Promise.resolve({ leasedUntil: host.now() + 60_000 }),
  };
  return { ...host, databaseFor, seats, after: () => undefined };
}

function writes(statement: Statement): boolean {
  // SAFETY: every statement of drizzle has it; its types hide it.
  const prepared = statement as unknown as { _prepare(): { getQuery(): { sql: string } } };
  return !/^\s*(select|with)\b/i.test(prepared._prepare().getQuery().sql);
}

type Said = { verdict: Verdict; detail?: string };

async function said(type: string, payload: Json, actor: Actor): Promise<Said> {
  const host = readingHost();
  try {
    const outcome = lms.commands.has(type)
      ? await dispatch(host, lms, { type, payload, actor, correlationId: host.id() })
      : await ask(host, lms, { type, params: payload, actor });
    if (outcome.ok) return { verdict: "allowed" };
    const { refused, detail } = outcome.refusal;
    if (refused === "VALIDATION_FAILED") throw new Error(`${type}: ${detail}`);
    if (refused === "PERMISSION_DENIED") return { verdict: "denied", detail };
    if (refused === "UNAUTHENTICATED") return { verdict: "unauthenticated", detail };
    return { verdict: refused === "NOT_FOUND" ? "missing" : "allowed", detail };
  } catch (error) {
    if (error instanceof ReachedTheWrite) return { verdict: "allowed" };
    throw error;
  }
}

/** What the table demands; where nobody of that role may at all, 403 and 404 tell a foreigner as little. */
function due(line: Line, letter: Letter | "public", whose: Whose): readonly Verdict[] {
  const there = whose === "own" || whose === "foreign";
  if (line.public) return [there ? "allowed" : "missing"];
  if (letter === "public") return ["unauthenticated"];
  if (line.any?.includes(letter)) return [there ? "allowed" : "missing"];
  if (line.own?.includes(letter)) {
    if (whose === "own") return ["allowed"];
    return [there && !line.hides ? "denied" : "missing"];
  }
  return there && !line.hides ? ["denied"] : ["denied", "missing"];
}

const definitions = [...lms.commands.keys(), ...lms.queries.keys()];

describe("the permission table", () => {
  test("has a line for every command and query, and for nothing else", () => {
    expect(Object.keys(MATRIX).toSorted()).toEqual(definitions.toSorted());
  });

  test.each(Object.entries(MATRIX))(
    "is kept by %s, whoever asks and whosever it is",
    async (type, line) => {
      const wrong: string[] = [];
      const whose: readonly Whose[] = "names" in line ? WHOSE : ["own"];
      for (const letter of [...(Object.keys(LETTERS) as Letter[]), "public"] as const) {
        const heard: Partial<Record<Whose, Said>> = {};
        for (const one of whose) {
          const payload = "names" in line ? line.names(subjects[one]) : line.anyhow;
          const answer = await said(type, payload, actors[letter]);
          heard[one] = answer;
          const demanded = due(line, letter, one);
          if (!demanded.includes(answer.verdict)) {
            wrong.push(
              `${LETTERS[letter as Letter] ?? "public"} on ${one}: ${answer.verdict} (${answer.detail ?? ""}), not ${demanded.join(" or ")}`,
            );
          }
        }
        // What another organization has is told from what nobody has by nothing at all.
        expect(heard.elsewhere).toEqual(heard.nothing);
      }
      expect(wrong).toEqual([]);
    },
  );
});
