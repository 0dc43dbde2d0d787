import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { newId } from "../../src/kernel/id.ts";
import { exportParts } from "../../src/kernel/personal.ts";
import { DAY } from "../../src/kernel/time.ts";
import { lms } from "../../src/lms.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  drain,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { dyingWorker, erasing, later } from "./erasure.ts";
import { planted } from "./planted.ts";

// SAFETY: wrangler.toml binds the bucket.
const { FILES } = env as unknown as Env;

afterEach(() => {
  clock.now = () => Date.now();
});

const ask = (as: Person) => http("POST", "/lms/me/export", { as });
const askFor = (as: Person, learnerId: string) =>
  http("POST", `/lms/admin/learners/${learnerId}/export`, { as });
const read = (as: Person, id: string) => http("GET", `/lms/me/exports/${id}`, { as });

async function fileOf(as: Person, id: string): Promise<Json> {
  const { url } = ok(await read(as, id));
  const { pathname, search } = new URL(url);
  return ok(await http("GET", `${pathname}${search}`));
}

const objectsOf = async (orgId: string): Promise<string[]> =>
  (await FILES.list({ prefix: `${orgId}/exports/` })).objects.map((one) => one.key);

describe("a learner's export", { timeout: 30_000 }, () => {
  test("is one JSON file with a part of every kind, and all that the learner wrote in it", async () => {
    const { world, person, mark, email, enrollment } = await planted();
    await drain(world.orgId);
    const asked = await ask(person);
    expect(asked).toMatchObject({
      status: 202,
      body: { state: "pending", learnerId: person.id, requestedBy: person.id },
    });
    await drain(world.orgId);
    const made = ok(await read(person, asked.body.id));
    const parts = exportParts(lms.personal).map((one) => one.name);
    expect(made).toMatchObject({
      state: "ready",
      progress: { done: parts.length, total: parts.length },
    });
    const file = await fileOf(person, asked.body.id);
    expect(Object.keys(file)).toEqual([
      "format",
      "exportedAt",
      "organizationId",
      "learnerId",
      ...parts,
      "chat",
    ]);
    expect(file).toMatchObject({
      format: "lyceum.export.v1",
      learnerId: person.id,
      profile: [{ displayName: mark, email }],
      keys: [{ referenceId: person.id }],
    });
    expect(new Set(file.mails.map((one: Json) => one.recipient))).toEqual(new Set([email]));
    expect(file.mails.map((one: Json) => one.text)).toContain(mark);
    expect(file.enrollments.map((one: Json) => one.id)).toContain(enrollment.id);
    expect(file.enrollmentsEvents).toEqual([]);
    expect(file.events.map((one: Json) => one.eventName)).toEqual(
      expect.arrayContaining(["enrollment.created", "enrollment.cancelled", "member.exported"]),
    );
    // A line passes over whoever is enrolled in its course, as the planted learner is.
    const empty = parts.filter((name) => file[name].length === 0);
    expect(
      empty.filter(
        (name) => !/Events$|Received$|Sent$|sessions|announce|ledger|waitingLists/.test(name),
      ),
    ).toEqual([]);
    expect(await objectsOf(world.orgId)).toEqual([`${world.orgId}/exports/${asked.body.id}.json`]);
    expect(JSON.stringify(await eventsOf(world.orgId))).not.toContain(mark);
  });

  test("shows no secret, no answer to a quiz and nobody else's name", async () => {
    const { world, person } = await planted();
    const { id } = ok(await ask(person));
    await drain(world.orgId);
    const file = await fileOf(person, id);
    for (const [part, hidden] of [
      ["keys", "key"],
      ["quizAttempts", "paper"],
      ["peerReviewsReceived", "reviewerId"],
      ["invitationsSent", "email"],
    ] as const) {
      for (const row of file[part] ?? []) expect(Object.keys(row), part).not.toContain(hidden);
    }
  });

  test("of thousands of rows comes whole and in order, a page at a time", async () => {
    const world = await newOrganization();
    const ids = Array.from({ length: 1_234 }, () => newId()).toSorted();
    await rows(
      `INSERT INTO lms_notifications (id, organization_id, member_id, kind, subject, payload, created_at)
       SELECT value, ?1, ?2, 'k', 's', '{}', 0 FROM json_each(?3)`,
      world.orgId,
      world.learner.id,
      JSON.stringify(ids),
    );
    const { id } = ok(await ask(world.learner));
    await drain(world.orgId);
    const { notices } = await fileOf(world.learner, id);
    expect(notices.map((one: Json) => one.id)).toEqual(ids);
  });

  test("that is killed at every step carries on to the same file", async () => {
    const { world, person, mark } = await planted();
    await drain(world.orgId);
    const worker = dyingWorker();
    const { id } = ok(await worker.http("POST", "/lms/me/export", { as: person }));
    expect(await worker.run(world.orgId, "identity.export")).toBeGreaterThan(3);
    const file = await fileOf(person, id);
    expect(Object.keys(file).slice(4)).toEqual([
      ...exportParts(lms.personal).map((one) => one.name),
      "chat",
    ]);
    expect(file.profile).toMatchObject([{ displayName: mark }]);
    expect(await objectsOf(world.orgId)).toEqual([`${world.orgId}/exports/${id}.json`]);
  });

  test("is gone after seven days, file and all", async () => {
    const world = await newOrganization();
    const { id } = ok(await ask(world.learner));
    await drain(world.orgId);
    expect(ok(await read(world.learner, id)).url).toEqual(expect.any(String));
    await later(world.orgId, 7 * DAY + 300_000);
    expect(ok(await read(world.learner, id))).toMatchObject({ state: "expired", url: null });
    expect(await objectsOf(world.orgId)).toEqual([]);
  });

  test("goes with the learner, also one that was still being made", async () => {
    const world = await newOrganization();
    ok(await ask(world.learner));
    await drain(world.orgId);
    const worker = dyingWorker();
    ok(await worker.http("POST", "/lms/me/export", { as: world.learner }));
    ok(await http(...erasing(world.admin, world.learner.id)));
    await later(world.orgId);
    expect(await objectsOf(world.orgId)).toEqual([]);
    const states = await rows(
      "SELECT DISTINCT state FROM lms_exports WHERE organization_id = ?",
      world.orgId,
    );
    expect(states).toEqual([{ state: "expired" }]);
  });

  test("is refused while another of the same learner is being made, and two at once make one", async () => {
    const world = await newOrganization();
    const worker = dyingWorker();
    const { id } = ok(await worker.http("POST", "/lms/me/export", { as: world.learner }));
    await expectRefused(world.orgId, { status: 409, code: "DUPLICATE", exportId: id }, () =>
      ask(world.learner),
    );
    const other = await world.newPerson("learner");
    const answers = await race(3, () => askFor(world.admin, other.id));
    expect(statuses(answers)[202]).toBeGreaterThanOrEqual(1);
    const [pending] = await rows<{ n: number }>(
      "SELECT count(*) AS n FROM lms_exports WHERE learner_id = ? AND state = 'pending'",
      other.id,
    );
    expect(pending?.n).toBeLessThanOrEqual(1);
  });

  test("is the learner's own and an lms-admin's, to ask for and to read", async () => {
    const world = await newOrganization();
    const other = await world.newPerson("learner");
    for (const as of [world.orgAdmin, world.instructor, world.reviewer, other]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: member:export" },
        () => askFor(as, world.learner.id),
      );
    }
    const { id } = ok(await askFor(world.admin, world.learner.id));
    await drain(world.orgId);
    expect((await read(other, id)).status).toBe(403);
    expect((await read(world.learner, id)).status).toBe(200);
    const path = `/lms/admin/exports/${id}`;
    expect(ok(await http("GET", path, { as: world.admin })).url).toEqual(expect.any(String));
  });

  test("of another organization is refused as of nobody", async () => {
    const [world, other] = [await newOrganization(), await newOrganization()];
    await expectForeignIsMissing(other.learner.id, "Learner", (id) => askFor(world.admin, id));
    const foreign = ok(await ask(other.learner));
    await expectForeignIsMissing(foreign.id, "Export", (id) => read(world.admin, id));
  });
});
