import { beforeAll, expect, test, vi } from "vitest";
import { documentOf } from "../../src/http/openapi.ts";
import type { JsonSchema } from "../../src/http/openapi-schemas.ts";
import { newId } from "../../src/kernel/id.ts";
import { lms } from "../../src/lms.ts";
import { newOrganization, type Person, type World } from "../harness/world.ts";
import {
  bodyOf,
  bodySchema,
  eachOf,
  faultOf,
  type Got,
  HOSTILE,
  pathNames,
  queryNames,
  type Sent,
  send,
  type Target,
  targetsOf,
  wrongType,
} from "./fuzz.ts";
import { type Ids, seeded } from "./seeded.ts";

/** Stands in what the other organization wrote; in no answer to a stranger may it be found. */
const SECRET = "Unfindable-7c1f";
/** Shows everybody's mails, in development alone. */
const MAILBOX = "/dev/mailbox";
/** An own field of that name, as JSON.parse makes it. */
const POLLUTION = JSON.parse('{"__proto__":{"polluted":true}}');
const AT_ONCE = 8;
const TIMEOUT_MS = 180_000;
const JSON_TYPE = { "content-type": "application/json" };

const document = documentOf(lms);
const targets = targetsOf(document);
const rpc = (target: Target) => /^\/lms\/(?:commands|queries)\//.test(target.path);
/** Each of these costs a password's hash or a mail: they are fuzzed with what never gets so far. */
const costly = (target: Target) => target.operation.tags[0] === "people";
const schemas: Record<string, JsonSchema> = document.components.schemas;
const resolve = (schema: JsonSchema): JsonSchema =>
  schema.$ref ? (schemas[schema.$ref.slice("#/components/schemas/".length)] ?? {}) : schema;

let world: World;
let other: World;
let foreign: Ids;

vi.setConfig({ testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS });

beforeAll(async () => {
  world = await newOrganization();
  other = await newOrganization();
  foreign = await seeded(other, SECRET);
});

const by = (person: Person, headers: Record<string, string> = {}) => ({
  authorization: `Bearer ${person.key}`,
  ...headers,
});

/** Sends to each operation what `sentTo` makes of it, and gives the first fault of each. */
async function faults(
  some: readonly Target[],
  sentTo: (target: Target) => readonly Sent[],
  judge: (got: Got, target: Target) => string | undefined = faultOf,
): Promise<string[]> {
  const found: string[] = [];
  await eachOf(some, AT_ONCE, async (target) => {
    for (const sent of sentTo(target)) {
      const got = await send(target, sent);
      const fault =
        judge(got, target) ??
        faultOf(got, target) ??
        (got.text.includes(SECRET) && target.path !== MAILBOX ? "a leak" : undefined);
      if (fault) {
        found.push(
          `${target.method} ${target.path} ${JSON.stringify(sent).slice(0, 200)}: ${fault}`,
        );
        return;
      }
    }
  });
  return found;
}

const withBody = () => targets.filter((one) => bodySchema(one) !== undefined);
const is = (code: string) => (got: Got) =>
  got.text.includes(`"code":"${code}"`) ? undefined : `${got.status} ${got.text.slice(0, 200)}`;

test("the document names enough to be worth the fuzzing", () => {
  expect(targets.length).toBeGreaterThan(2 * lms.routes.length);
});

test("a body that is no JSON is MALFORMED_JSON on every route that takes one", async () => {
  const bodies = ['{"a":', "\u0000", "{'a':1}", '{"a":1}}', "\ufeff{}x"];
  const sent = () => bodies.map((body) => ({ body, headers: by(world.admin, JSON_TYPE) }));
  expect(
    await faults(
      withBody().filter((one) => !costly(one)),
      sent,
      is("MALFORMED_JSON"),
    ),
  ).toEqual([]);
});

test("a body that is JSON but no object is refused, as is one of another type", async () => {
  const sent = () => [
    ...["[]", "null", "1", '"text"', "true"].map((body) => ({
      body,
      headers: by(world.admin, JSON_TYPE),
    })),
    {
      body: "a=1",
      headers: by(world.admin, { "content-type": "application/x-www-form-urlencoded" }),
    },
    { body: "<a/>", headers: by(world.admin, { "content-type": "text/xml" }) },
  ];
  const judge = (got: Got) => (got.status < 400 ? `taken: ${got.status}` : undefined);
  expect(await faults(withBody(), sent, judge)).toEqual([]);
});

test("2 MiB are PAYLOAD_TOO_LARGE, with and without a length", async () => {
  const big = `{"title":"${"x".repeat(2 * 1024 * 1024)}"}`;
  const sent = (): Sent[] => [
    { body: big, headers: by(world.admin, JSON_TYPE) },
    { body: new Blob([big]).stream(), headers: by(world.admin, JSON_TYPE) },
  ];
  const some = withBody().filter((one) => !costly(one));
  expect(await faults(some, sent, is("PAYLOAD_TOO_LARGE"))).toEqual([]);
});

test("fields of wrong types and fields that do not exist are VALIDATION_FAILED or refused before", async () => {
  const headers = () => by(world.admin, JSON_TYPE);
  const sent = (target: Target): Sent[] => {
    const wrong = bodyOf(target, resolve, (_, value) => wrongType(value)) ?? {};
    const right = bodyOf(target, resolve, (_, value) => value) ?? {};
    return [wrong, { ...right, surprise: 1 }, { ...right, ...POLLUTION }].map((body) => ({
      body: JSON.stringify(body),
      headers: headers(),
    }));
  };
  const judge = (got: Got) => (got.status < 400 ? `taken: ${got.status}` : undefined);
  const named = withBody().filter((one) => rpc(one));
  expect(await faults(named, sent, (got) => is("VALIDATION_FAILED")(got) && judge(got))).toEqual(
    [],
  );
  expect(
    await faults(
      withBody().filter((one) => !rpc(one)),
      sent,
      judge,
    ),
  ).toEqual([]);
});

test("hostile text in paths, queries and bodies is text", async () => {
  const headers = () => by(world.admin, JSON_TYPE);
  const sent = (target: Target): Sent[] =>
    HOSTILE.map((text) => {
      const wellFormed = text.toWellFormed();
      const body = bodyOf(target, resolve, (_, value) =>
        typeof value === "string" ? text : value,
      );
      return {
        path: Object.fromEntries(pathNames(target).map((name) => [name, wellFormed])),
        query: new URLSearchParams(queryNames(target).map((name) => [name, wellFormed])).toString(),
        headers: headers(),
        ...(body && { body: JSON.stringify(body) }),
      };
    });
  expect(
    await faults(
      targets.filter((one) => !costly(one)),
      sent,
    ),
  ).toEqual([]);
  const eachAlone = (target: Target): Sent[] =>
    queryNames(target).flatMap((name) =>
      HOSTILE.map((text) => ({
        query: new URLSearchParams([[name, text.toWellFormed()]]).toString(),
        headers: headers(),
      })),
    );
  expect(
    await faults(
      targets.filter((one) => one.method === "GET" && !costly(one)),
      eachAlone,
    ),
  ).toEqual([]);
});

test("without credentials, or with wrong ones, nothing is done that the public may not", async () => {
  const isOpen = ({ operation }: Target) =>
    operation.security.some((one) => Object.keys(one).length === 0);
  const closed = targets.filter((one) => !isOpen(one));
  const fitting = (target: Target, headers: Record<string, string>): Sent => {
    const body = bodyOf(target, resolve, (_, value) => value);
    return { headers: { ...headers, ...JSON_TYPE }, ...(body && { body: JSON.stringify(body) }) };
  };
  const nobody = (target: Target) => [fitting(target, { "x-org-id": world.orgId })];
  const unheard = (got: Got) => is("UNAUTHENTICATED")(got) && is("VALIDATION_FAILED")(got);
  expect(await faults(closed, nobody, unheard)).toEqual([]);
  const wrong = [
    "Bearer lk_no-such-key",
    "Bearer x.y.z",
    "Bearer ",
    "Basic YTpi",
    `Bearer ${"a".repeat(5_000)}`,
  ];
  const strangers = (target: Target) =>
    wrong.map((authorization) => fitting(target, { authorization }));
  expect(await faults(closed, strangers, is("UNAUTHENTICATED"))).toEqual([]);
});

test("ids of another organization are 404 with the body of a missing one, in paths and in bodies", async () => {
  const few = [foreign.lms_courses, foreign.lms_course_modules, foreign.lms_enrollments];
  // The handler is one for both: by its name it is given every kind of id, by its path those that the path speaks of.
  const idsFor = (target: Target): [Person, string[]][] =>
    rpc(target)
      ? [[world.admin, Object.values(foreign)]]
      : [
          [world.admin, kindsIn(target).map((kind) => foreign[kind])],
          [world.instructor, few],
          [world.learner, few],
        ];
  const answerTo = async (target: Target, person: Person, id: string) => {
    const body = bodyOf(target, resolve, (name, value) => replaced(name, value, id));
    const got = await send(target, {
      path: Object.fromEntries(pathNames(target).map((name) => [name, id])),
      headers: by(person, JSON_TYPE),
      ...(body && { body: JSON.stringify(body) }),
    });
    const fault =
      faultOf(got, target) ??
      (got.text.includes(SECRET) && target.path !== MAILBOX ? "a leak" : undefined);
    const told = got.text.replaceAll(id, "ID").replace(/"correlationId":"[^"]+"/, "");
    return { fault, told: `${got.status} ${got.status < 400 ? "" : told}` };
  };
  const found: string[] = [];
  const compare = async (target: Target): Promise<void> => {
    for (const [person, ids] of idsFor(target)) {
      const missing = await answerTo(target, person, newId());
      for (const id of ids) {
        const theirs = await answerTo(target, person, id);
        const fault =
          theirs.fault ??
          (theirs.told === missing.told ? undefined : `${theirs.told} / ${missing.told}`);
        if (fault)
          return void found.push(`${target.method} ${target.path} as ${person.role}: ${fault}`);
      }
    }
  };
  const some = targets.filter(
    (one) => !costly(one) && (pathNames(one).length > 0 || bodySchema(one)),
  );
  await eachOf(some, AT_ONCE, compare);
  expect(found).toEqual([]);
});

/** `lms_course_modules` for what has "module" in its path or in a field's name; every kind where none is told. */
function kindsIn(target: Target): (keyof Ids)[] {
  const fields = Object.keys(bodyOf(target, resolve, (_, value) => value) ?? {});
  const told = [target.path, ...fields].join(" ").toLowerCase();
  // SAFETY: seeded() gives these keys.
  const kinds = Object.keys(foreign) as (keyof Ids)[];
  const named = kinds.filter((kind) => told.includes(nounOf(kind)));
  return named.length > 0 ? named : kinds;
}

const nounOf = (kind: keyof Ids): string =>
  kind === "user" ? "learner" : (kind.split("_").at(-1) ?? kind).replace(/(?:ie)?s$/, "");

/** Every id of a body, wherever it is a field, becomes the one. */
function replaced(name: string, value: unknown, id: string): unknown {
  if (/Id$/.test(name) && typeof value === "string") return id;
  return /Ids$/.test(name) && Array.isArray(value) ? [id] : value;
}

test("a list shows no row of another organization, whatever organization the header names", async () => {
  const sent = (): Sent[] => [
    { headers: by(world.admin) },
    { headers: by(world.admin, { "x-org-id": other.orgId }) },
    { headers: by(world.learner), query: `org=${other.slug}` },
  ];
  const lists = targets.filter((one) => one.method === "GET" && pathNames(one).length === 0);
  expect(await faults(lists, sent)).toEqual([]);
});
