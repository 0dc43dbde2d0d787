import { env, exports } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { clock } from "../../src/cloudflare/clock.ts";
import { KEY_PREFIX, keyHash } from "../../src/identity/key.ts";
import { apikey, lmsMembers, member, organization, user } from "../../src/identity/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { ROLES, type Role } from "../../src/kernel/permission.ts";

export const ORIGIN = env.ORIGIN;
export const db = drizzle(env.DB);

// biome-ignore lint/suspicious/noExplicitAny: the JSON of any route
export type Json = Record<string, any>;
export type Answer = { status: number; headers: Headers; body: Json; trips: number };
export type Person = { id: string; key: string; role: Role; orgId: string };
type Ask = { as?: Person; body?: unknown; headers?: Record<string, string> };

/** A request to the Worker as it is deployed, its queues and objects behind it. */
export async function http(method: string, path: string, ask: Ask = {}): Promise<Answer> {
  const headers = new Headers(ask.headers);
  if (ask.as) headers.set("authorization", `Bearer ${ask.as.key}`);
  if (ask.body !== undefined) headers.set("content-type", "application/json");
  const answer = await exports.default.fetch(`${ORIGIN}${path}`, {
    method,
    headers,
    redirect: "manual",
    ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.includes("json") && text !== "";
  const timing = /desc="(\d+) trips/.exec(answer.headers.get("server-timing") ?? "");
  return {
    status: answer.status,
    headers: answer.headers,
    body: isJson ? JSON.parse(text) : { text },
    trips: Number(timing?.[1] ?? 0),
  };
}

/** A command by its name, as a client of the RPC route sends it. */
export const command = (type: string, payload: unknown, as: Person, key?: string) =>
  http("POST", `/lms/commands/${type}`, {
    as,
    body: payload,
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });

export const query = (type: string, params: unknown, as: Person) =>
  http("POST", `/lms/queries/${type}`, { as, body: params });

/** The body of an answer that has to be a success. */
export function ok(answer: Answer): Json {
  if (answer.status >= 300) {
    throw new Error(`${answer.status} ${answer.body.code}: ${answer.body.detail}`);
  }
  return answer.body;
}

/** How many answers came with each status, as `{ 200: 1, 409: 39 }`. */
export function statuses(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The same request so many times at once. */
export const race = (times: number, request: (at: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: times }, (_, at) => request(at)));

/** A fresh organization with an actor of each role; every test makes its own. */
export async function newOrganization() {
  const orgId = newId();
  const at = new Date(clock.now());
  const school = db
    .insert(organization)
    .values({ id: orgId, name: "School", slug: `s-${orgId}`, createdAt: at });
  const founders = await Promise.all(ROLES.map((role) => personOf(orgId, role)));
  await db.batch([school, ...founders.flatMap(({ writes }) => writes)]);
  const people = founders.map(({ person }) => person);
  const of = (role: Role): Person => {
    const found = people.find((one) => one.role === role);
    if (!found) throw new Error(`Nobody is ${role}`);
    return found;
  };
  return {
    orgId,
    slug: `s-${orgId}`,
    admin: of("lms-admin"),
    orgAdmin: of("org-admin"),
    instructor: of("instructor"),
    reviewer: of("content-reviewer"),
    learner: of("learner"),
    newPerson: (role: Role, name?: string) => newPerson(orgId, role, name),
  };
}
export type World = Awaited<ReturnType<typeof newOrganization>>;

/** A member with an API key that may all that the role may. */
export async function newPerson(orgId: string, role: Role, name?: string): Promise<Person> {
  const { person, writes } = await personOf(orgId, role, name);
  await db.batch(writes);
  return person;
}

async function personOf(orgId: string, role: Role, name: string = role) {
  const id = newId();
  const key = `${KEY_PREFIX}${id}`;
  const now = clock.now();
  const at = new Date(now);
  const writes = [
    db.insert(user).values({ id, name, email: `${id}@people.test`, createdAt: at, updatedAt: at }),
    db
      .insert(member)
      .values({ id: newId(), organizationId: orgId, userId: id, role, createdAt: at }),
    db.insert(lmsMembers).values({
      id: newId(),
      organizationId: orgId,
      userId: id,
      displayName: name,
      email: `${id}@people.test`,
      roles: [role],
      preferences: {},
      version: 0,
      createdAt: now,
      updatedAt: now,
    }),
    db.insert(apikey).values({
      id: newId(),
      configId: "default",
      key: await keyHash(key),
      referenceId: id,
      enabled: true,
      rateLimitEnabled: false,
      requestCount: 0,
      createdAt: at,
      updatedAt: at,
      metadata: JSON.stringify({ organizationId: orgId, roles: [role] }),
    }),
  ] as const;
  const person: Person = { id, key, role, orgId };
  return { person, writes };
}

type Logged = { name: string; version: number; payload: Json; aggregateType: string };

/** What the log holds of a root, or of an organization, in its order. */
export async function eventsOf(id: string): Promise<Logged[]> {
  const { results } = await env.DB.prepare(
    `SELECT event_name AS name, aggregate_version AS version, payload, aggregate_type AS aggregateType
     FROM domain_event_log WHERE aggregate_id = ?1 OR organization_id = ?1 ORDER BY seq`,
  )
    .bind(id)
    .all<Logged & { payload: string }>();
  return results.map((one) => ({ ...one, payload: JSON.parse(one.payload) }));
}

export const rows = async <T = Json>(sql: string, ...values: unknown[]): Promise<T[]> =>
  (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results;

const DRAIN_MS = 45_000;

/** Waits until all that an organization's requests set off is done: events settled, due tasks run. */
export async function drain(orgId: string): Promise<void> {
  const end = Date.now() + DRAIN_MS;
  while (Date.now() < end) {
    const [left] = await rows<{ events: number; tasks: number }>(
      `SELECT (SELECT count(*) FROM domain_event_log WHERE organization_id = ?1 AND settled_at IS NULL) AS events,
        (SELECT count(*) FROM lms_tasks WHERE organization_id = ?1 AND state = 'ready'
          AND kind <> 'identity.sync' AND (next_at <= ?2 OR attempts > 0)) AS tasks`,
      orgId,
      clock.now(),
    );
    if (left?.events === 0 && left.tasks === 0) return;
    await scheduler.wait(25);
  }
  throw new Error(`Not drained within ${DRAIN_MS} ms`);
}

/** Moves the one clock of Worker and objects. */
export function advance(ms: number): void {
  const before = clock.now;
  clock.now = () => before() + ms;
}
