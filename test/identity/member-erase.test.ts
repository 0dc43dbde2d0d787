import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { certified } from "../harness/learner.ts";
import { assertLogAgrees } from "../harness/log.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  advance,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  race,
  rows,
  statuses,
} from "../harness/world.ts";
import { dyingWorker, erasing, later } from "./erasure.ts";
import { placesOf, planted } from "./planted.ts";

// SAFETY: wrangler.toml binds the bucket.
const { FILES } = env as unknown as Env;

afterEach(() => {
  clock.now = () => Date.now();
});

const erase = (as: Person, learnerId: string, confirm?: string) =>
  http(...erasing(as, learnerId, confirm));

describe("erasing a member", { timeout: 30_000 }, () => {
  test("leaves its name, address and words nowhere, and every event of the log where it was", async () => {
    const { world, person, email, mark, enrollment } = await planted();
    await drain(world.orgId);
    expect((await placesOf(mark, email)).length).toBeGreaterThan(15);
    const log = await eventsOf(world.orgId);
    expect(await erase(world.admin, person.id, email.toUpperCase())).toMatchObject({
      status: 202,
      body: { id: person.id, displayName: null, email: null, roles: [] },
    });
    await drain(world.orgId);
    expect(await placesOf(mark, email)).toEqual([]);
    const after = await eventsOf(world.orgId);
    expect(after.slice(0, log.length)).toEqual(log);
    expect(after.slice(log.length).map((one) => one.name)).toEqual(
      expect.arrayContaining(["member.erased", "enrollment.cancelled"]),
    );
    const kept = await http("GET", `/lms/enrollments/${enrollment.id}`, { as: world.admin });
    expect(kept.body).toMatchObject({ status: "cancelled", learnerId: person.id });
  });

  test("that is killed at every step in turn carries on and leaves no more", async () => {
    const { world, person, email, mark } = await planted();
    await drain(world.orgId);
    const worker = dyingWorker();
    ok(await worker.http(...erasing(world.admin, person.id)));
    expect(await worker.run(world.orgId, "identity.erase")).toBeGreaterThan(3);
    await later(world.orgId);
    expect(await placesOf(mark, email)).toEqual([]);
    const names = (await eventsOf(world.orgId)).map((one) => one.name);
    expect(names.filter((one) => one === "member.erased")).toHaveLength(1);
  });

  test("ends its access with the answer, not with the task", async () => {
    const world = await newOrganization();
    ok(await http("GET", "/lms/me", { as: world.learner }));
    ok(await erase(world.admin, world.learner.id));
    const change = { as: world.learner, body: { locale: "ru" } };
    expect((await http("PATCH", "/lms/me", change)).status).toBe(401);
    advance(31_000);
    expect((await http("GET", "/lms/me", { as: world.learner })).status).toBe(401);
  });

  test("looks once more, later, at what a step under way has still written", async () => {
    const { world, certificate } = await certified();
    ok(await erase(world.admin, world.learner.id));
    await drain(world.orgId);
    const key = `${world.orgId}/certificates/${certificate.id}.pdf`;
    expect(await FILES.head(key)).toBeNull();
    await FILES.put(key, "drawn before, put after");
    await later(world.orgId);
    expect(await FILES.head(key)).toBeNull();
  });

  test("leaves a certificate that holds, of nobody by name, whose document is never made again", async () => {
    const { world, certificate, courseId } = await certified();
    const verify = () => http("GET", `/lms/verify/${certificate.verificationCode}`);
    expect((await verify()).body).toMatchObject({ valid: true, learnerName: "learner" });
    ok(await erase(world.admin, world.learner.id));
    await drain(world.orgId);
    expect((await verify()).body).toMatchObject({ valid: true, learnerName: null });
    const path = `/lms/certificates/${certificate.id}/download`;
    expect((await http("GET", path, { as: world.admin })).status).toBe(409);
    const [course] = await rows<{ n: number }>(
      "SELECT enrolled_count AS n FROM lms_courses WHERE id = ?",
      courseId,
    );
    expect(course?.n).toBe(1);
    await assertLogAgrees(world.orgId);
  });

  test("takes the person's account only with its last membership", async () => {
    const [one, other] = [await newOrganization(), await newOrganization()];
    const person = await one.newPerson("learner");
    await rows(
      "INSERT INTO member (id, organization_id, user_id, role, created_at) VALUES (?, ?, ?, 'learner', 0)",
      `member-${person.id}`,
      other.orgId,
      person.id,
    );
    await rows(
      `INSERT INTO lms_members (id, organization_id, user_id, display_name, roles, preferences,
         version, created_at, updated_at) VALUES (?, ?, ?, 'Kept', '["learner"]', '{}', 0, 0, 0)`,
      `m-${person.id}`,
      other.orgId,
      person.id,
    );
    const account = () => rows("SELECT id FROM user WHERE id = ?", person.id);
    ok(await erase(one.admin, person.id));
    await drain(one.orgId);
    expect(await account()).toEqual([{ id: person.id }]);
    ok(await erase(other.admin, person.id));
    await drain(other.orgId);
    expect(await account()).toEqual([]);
  });

  test("of an instructor leaves the course and the files that it is made of", async () => {
    const world = await newOrganization();
    const file = (id: string, attachedTo: string | null) =>
      rows(
        `INSERT INTO lms_files (id, organization_id, created_at, updated_at, version, key, owner_id, name,
           content_type, size, sha256, purpose, status, attached_to)
         VALUES (?1, ?2, 0, 0, 0, ?1, ?3, 'name', 'application/pdf', 1, 'x', 'course', 'ready', ?4)`,
        id,
        world.orgId,
        world.instructor.id,
        attachedTo,
      );
    const course = ok(
      await http("POST", "/lms/instructor/courses", {
        as: world.instructor,
        body: { title: "Kept", type: "self-paced", level: "beginner" },
      }),
    );
    const [taught, own] = [`${world.orgId}/taught`, `${world.orgId}/own`];
    await file(taught, course.id);
    await file(own, null);
    for (const key of [taught, own]) await FILES.put(key, "bytes");
    ok(await erase(world.admin, world.instructor.id));
    await drain(world.orgId);
    expect([await FILES.head(taught), await FILES.head(own)]).toEqual([expect.anything(), null]);
    const read = await http("GET", `/lms/instructor/courses/${course.id}`, { as: world.admin });
    expect(read.body).toMatchObject({ title: "Kept", instructorId: world.instructor.id });
  });

  test("is refused of whom the caller has not named twice", async () => {
    const world = await newOrganization();
    await expectRefused(
      world.orgId,
      { status: 400, code: "VALIDATION_FAILED", errors: [{ path: "confirm" }] },
      () => erase(world.admin, world.learner.id, world.instructor.id),
    );
  });

  test("is refused of the last lms-admin, and of two by each other leaves one", async () => {
    const world = await newOrganization();
    await expectRefused(world.orgId, { status: 409, code: "RULE_FAILED" }, () =>
      erase(world.admin, world.admin.id),
    );
    const second = await world.newPerson("lms-admin");
    const answers = await race(2, (at) =>
      at === 0 ? erase(world.admin, second.id) : erase(second, world.admin.id),
    );
    expect(statuses(answers)).toEqual({ 202: 1, 401: 1 });
  });

  test("twice finds nobody the second time", async () => {
    const world = await newOrganization();
    ok(await erase(world.admin, world.learner.id));
    await expectForeignIsMissing(world.learner.id, "Learner", (id) => erase(world.admin, id));
  });

  test("is an lms-admin's alone", async () => {
    const world = await newOrganization();
    for (const as of [world.orgAdmin, world.instructor, world.reviewer, world.learner]) {
      await expectRefused(
        world.orgId,
        { status: 403, detail: "Permission denied: member:erase", rule: "member:erase" },
        () => erase(as, world.learner.id),
      );
    }
  });

  test("of another organization's member is refused as of nobody", async () => {
    const [world, other] = [await newOrganization(), await newOrganization()];
    await expectForeignIsMissing(other.learner.id, "Learner", (id) => erase(world.admin, id));
  });
});
