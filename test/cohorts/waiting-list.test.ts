import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { LEASE_MS } from "../../src/cohorts/seats.ts";
import { DAY, HOUR } from "../../src/kernel/time.ts";
import { expectForeignIsMissing, expectRefused } from "../harness/refusals.ts";
import {
  advance,
  command,
  drain,
  eventsOf,
  http,
  newOrganization,
  ok,
  type Person,
  query,
  rows,
} from "../harness/world.ts";
import { mailsTo, toldIn, wish } from "../notifications/notices.ts";
import {
  cohortOf,
  heldBy,
  join,
  type Line,
  leave,
  objectOf,
  people,
  place,
  seatedIn,
  settle,
  waitersOf,
} from "./line.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

const positionOf = async (answer: ReturnType<typeof join>) =>
  ok(await answer).waitingList?.position;

async function full(options: { capacity?: number; price?: number } = {}, waiting = 3) {
  const line = await cohortOf(options);
  const seated = await people(line.world, options.capacity ?? 1);
  const enrollments: string[] = [];
  for (const one of seated) enrollments.push(ok(await join(line, one)).id);
  const waiters = await people(line.world, waiting);
  for (const one of waiters) ok(await join(line, one));
  await settle(line);
  return { line, seated, enrollments, waiters };
}

const cancel = (enrollmentId: string, as: Person) =>
  http("POST", `/lms/enrollments/${enrollmentId}/cancel`, { as });

const suspend = ({ world }: Line, { id }: Person) =>
  command("lms.member.suspend", { learnerId: id }, world.admin).then(ok);

/** Frees a seat for good: its lease is over as well. */
async function freed({ line, enrollments, seated }: Awaited<ReturnType<typeof full>>, at = 0) {
  advance(LEASE_MS + 1);
  ok(await cancel(String(enrollments[at]), seated[at] as Person));
  await settle(line);
}

test("a full cohort answers 202 with the place in line and makes no enrollment; asked again the place is the same", async () => {
  const { line, waiters } = await full();
  const [first, second] = waiters as [Person, Person, Person];
  const again = await join(line, second);
  expect(again.status).toBe(202);
  expect(again.body).toEqual({ waitingList: { position: 2 } });
  expect(await positionOf(join(line, first))).toBe(1);
  expect(ok(await place(line, second))).toMatchObject({ cohortId: line.cohortId, position: 2 });
  expect(await seatedIn(line)).toHaveLength(1);
  expect(await rows("SELECT id FROM lms_enrollments WHERE learner_id = ?", second.id)).toEqual([]);
});

test("without joinWaitingList a full cohort refuses as ever, and to wait one names the cohort", async () => {
  const { line } = await full({}, 0);
  const [late] = (await people(line.world, 1)) as [Person];
  const refusal = { status: 409, code: "CAPACITY_REACHED" };
  const { orgId } = line.world;
  await expectRefused(orgId, refusal, () => join(line, late, { joinWaitingList: false }));
  await expectRefused(orgId, { status: 400, errors: [{ path: "cohortId" }] }, () =>
    http("POST", "/lms/enrollments", {
      as: late,
      body: { courseId: line.courseId, joinWaitingList: true },
    }),
  );
  expect(await waitersOf(line)).toEqual([]);
});

test("a repeated request with its key gives the first answer and takes no second place", async () => {
  const { line } = await full({}, 0);
  const [late] = (await people(line.world, 1)) as [Person];
  const body = { courseId: line.courseId, cohortId: line.cohortId, joinWaitingList: true };
  const once = await command("lms.enrollment.create", body, late, "k1");
  const twice = await command("lms.enrollment.create", body, late, "k1");
  expect([once.status, twice.status]).toEqual([202, 202]);
  expect(twice.body).toEqual(once.body);
  expect(await waitersOf(line)).toEqual([late.id]);
});

test("the line survives the object's eviction, and is rebuilt of D1 where the object is lost", async () => {
  const { line, waiters } = await full();
  await evictDurableObject(objectOf(line));
  expect(await positionOf(join(line, waiters[2] as Person))).toBe(3);
  const before = await heldBy(line);
  expect(before.line).toEqual(waiters.map(({ id }) => id));
  await runInDurableObject(objectOf(line), async (_, state) => {
    for (const table of ["cohort", "seats", "waiting", "lowerings", "alarms"]) {
      state.storage.sql.exec(`DELETE FROM ${table}`);
    }
  });
  await evictDurableObject(objectOf(line));
  const [late] = (await people(line.world, 1)) as [Person];
  expect(await positionOf(join(line, late))).toBe(4);
  expect((await heldBy(line)).line).toEqual([...before.line, late.id]);
});

test("in a free course a seat that comes free is the first one's at once, by the system, and it is told so", async () => {
  const all = await full();
  const { line, waiters } = all;
  await freed(all);
  const [first] = waiters as [Person];
  expect(await seatedIn(line)).toMatchObject([
    { learnerId: first.id, status: "active", source: "waiting-list" },
  ]);
  expect(await waitersOf(line)).toEqual(waiters.slice(1).map(({ id }) => id));
  expect((await place(line, first)).status).toBe(404);
  expect(ok(await place(line, waiters[1] as Person)).position).toBe(1);
  const told = await toldIn(line.world.orgId, "enrollment.confirmed");
  expect(told.map(({ memberId }) => memberId)).toContain(first.id);
  const [created] = await eventsOf(String((await seatedIn(line))[0]?.id));
  expect(created).toMatchObject({ name: "enrollment.created" });
});

test("in a course with a price the first has 24 hours to pay, is told in its language, and then it is the next one's", async () => {
  const all = await full({ price: 5_000 });
  const { line, waiters } = all;
  const [first, second] = waiters as [Person, Person];
  await wish(first.id, { locale: "ru" });
  await freed(all);
  const [offer] = await seatedIn(line);
  expect(offer).toMatchObject({ learnerId: first.id, status: "pending-payment" });
  expect(Number(offer?.seatUntil) - clock.now()).toBeGreaterThan(DAY - HOUR);
  expect(Number(offer?.seatUntil) - clock.now()).toBeLessThanOrEqual(DAY);
  const [mail] = await mailsTo(first.id);
  expect(mail?.subject).toContain("Место в группе «Spring»");
  expect(await toldIn(line.world.orgId, "cohort.place-offered")).toMatchObject([
    { memberId: first.id, payload: { enrollmentId: offer?.id, dueAt: offer?.seatUntil } },
  ]);
  advance(DAY + 1);
  await settle(line);
  expect(await seatedIn(line)).toMatchObject([{ learnerId: second.id, source: "waiting-list" }]);
  const paying = await http("POST", `/lms/enrollments/${offer?.id}/checkout`, { as: first });
  expect(paying.body.code).toBe("CAPACITY_REACHED");
});

test("who was suspended, erased, has left or is enrolled otherwise is passed over", async () => {
  const all = await full({}, 5);
  const { line, waiters } = all;
  const [gone, erased, left, elsewhere, last] = waiters as [Person, Person, Person, Person, Person];
  await suspend(line, gone);
  const { id: learnerId } = erased;
  ok(await command("lms.member.erase", { learnerId, confirm: learnerId }, line.world.admin));
  ok(await leave(line, left));
  const other = { courseId: line.courseId, name: "Other", capacity: 1, startDate: "2031-01-01" };
  const zone = { endDate: "2031-02-01", timezone: "UTC" };
  const cohort = ok(
    await command("lms.cohort.create", { ...other, ...zone }, line.world.instructor),
  );
  ok(
    await command(
      "lms.enrollment.create",
      { courseId: line.courseId, cohortId: cohort.id },
      elsewhere,
    ),
  );
  await drain(line.world.orgId);
  expect(await waitersOf(line)).toEqual([last.id]);
  expect(ok(await place(line, last)).position).toBe(1);
  await freed(all);
  expect(await seatedIn(line)).toMatchObject([{ learnerId: last.id }]);
});

test("whoever the object has not yet heard of is passed over when its turn comes", async () => {
  const all = await full({}, 3);
  const { line, waiters } = all;
  const [enrolled, forgotten, last] = waiters as [Person, Person, Person];
  await rows(
    `INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version, learner_id, course_id,
       status, price_paid_amount, price_paid_currency, enrolled_at, source)
     VALUES ('e-' || ?1, ?2, 0, 0, 1, ?1, ?3, 'active', 0, 'EUR', 0, 'admin')`,
    enrolled.id,
    line.world.orgId,
    line.courseId,
  );
  await rows("DELETE FROM lms_waiting_list WHERE learner_id = ?", forgotten.id);
  await freed(all);
  expect(await seatedIn(line)).toMatchObject([{ learnerId: last.id }]);
  expect((await heldBy(line)).line).toEqual([]);
  expect(await waitersOf(line)).toEqual([]);
});

test("a raised capacity promotes those who wait, in their order", async () => {
  const { line, waiters } = await full({}, 4);
  const { instructor } = line.world;
  advance(LEASE_MS + 1);
  ok(await command("lms.cohort.update", { cohortId: line.cohortId, capacity: 3 }, instructor));
  await settle(line);
  const [, ...promoted] = await seatedIn(line);
  expect(promoted.map(({ learnerId }) => learnerId)).toEqual(
    waiters.slice(0, 2).map(({ id }) => id),
  );
  expect(await waitersOf(line)).toEqual(waiters.slice(2).map(({ id }) => id));
});

test("whoever does not wait takes no seat that is owed to those who do", async () => {
  const all = await full({}, 1);
  const { line, waiters, enrollments, seated } = all;
  advance(LEASE_MS + 1);
  ok(await cancel(String(enrollments[0]), seated[0] as Person));
  const [late] = (await people(line.world, 1)) as [Person];
  const jumped = await join(line, late, { joinWaitingList: false });
  expect(jumped.body.code).toBe("CAPACITY_REACHED");
  await settle(line);
  expect(await seatedIn(line)).toMatchObject([{ learnerId: waiters[0]?.id }]);
});

test("while nobody can enroll the line waits, and goes on when the course is open again", async () => {
  const all = await full({}, 1);
  const { line, waiters } = all;
  await rows("UPDATE lms_courses SET status = 'archived' WHERE id = ?", line.courseId);
  await freed(all);
  expect(await seatedIn(line)).toEqual([]);
  expect(await waitersOf(line)).toEqual([waiters[0]?.id]);
  await rows("UPDATE lms_courses SET status = 'published' WHERE id = ?", line.courseId);
  advance(HOUR + 1);
  await settle(line);
  expect(await seatedIn(line)).toMatchObject([{ learnerId: waiters[0]?.id }]);
});

test("a cancelled cohort's line is closed, and each who waited is told once", async () => {
  const { line, waiters } = await full({}, 2);
  ok(await command("lms.cohort.cancel", { cohortId: line.cohortId }, line.world.instructor));
  await settle(line);
  expect(await waitersOf(line)).toEqual([]);
  expect((await heldBy(line)).line).toEqual([]);
  const told = await toldIn(line.world.orgId, "cohort.waiting-over");
  expect(told.map(({ memberId }) => memberId).toSorted()).toEqual(
    waiters.map(({ id }) => id).toSorted(),
  );
});

test("a place is one's own to see and to leave; its teachers see the line in its order, a page at a time", async () => {
  const { line, waiters } = await full({}, 3);
  const { world, cohortId } = line;
  const list = (as: Person, page = "") =>
    http("GET", `/lms/instructor/cohorts/${cohortId}/waiting-list${page}`, { as });
  const first = ok(await list(world.instructor, "?limit=2"));
  expect(first.data).toMatchObject([
    { learnerId: waiters[0]?.id, learnerName: "L0" },
    { learnerId: waiters[1]?.id },
  ]);
  const second = ok(await list(world.admin, `?limit=2&cursor=${first.nextCursor}`));
  expect(second.data).toMatchObject([{ learnerId: waiters[2]?.id }]);
  expect((await list(waiters[0] as Person)).status).toBe(403);
  expect((await list(await world.newPerson("instructor"))).status).toBe(403);
  expect((await place(line, world.admin)).body.detail).toBe("Place not found");
  const another = { cohortId, learnerId: waiters[0]?.id };
  await expectRefused(world.orgId, { status: 403 }, () =>
    command("lms.cohort.leaveWaitingList", another, world.admin),
  );
  ok(await leave(line, waiters[0] as Person));
  expect((await leave(line, waiters[0] as Person)).status).toBe(404);
  await drain(world.orgId);
  expect(ok(await place(line, waiters[1] as Person)).position).toBe(1);
});

test("nobody but the cohort itself offers a seat", async () => {
  const { line, waiters } = await full({}, 1);
  const refusal = { status: 403, code: "PERMISSION_DENIED" };
  await expectRefused(line.world.orgId, refusal, () =>
    join(line, waiters[0] as Person, { fromWaitingList: true, joinWaitingList: false }),
  );
});

test("a foreign organization's line is as one that is missing", async () => {
  const { line } = await full({}, 1);
  const elsewhere = await newOrganization();
  await expectForeignIsMissing(line.cohortId, "Place", (id) =>
    query("lms.cohorts.place", { cohortId: id }, elsewhere.learner),
  );
  await expectForeignIsMissing(line.cohortId, "Place", (id) =>
    command("lms.cohort.leaveWaitingList", { cohortId: id }, elsewhere.learner),
  );
  await expectForeignIsMissing(line.cohortId, "Cohort", (id) =>
    query("lms.instructor.waitingList", { cohortId: id }, elsewhere.admin),
  );
});
