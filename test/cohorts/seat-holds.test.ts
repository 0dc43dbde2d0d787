import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { LEASE_MS } from "../../src/cohorts/seats.ts";
import { HOUR } from "../../src/kernel/time.ts";
import { assertLogAgrees } from "../harness/log.ts";
import {
  advance,
  command,
  drain,
  eventsOf,
  http,
  type Json,
  ok,
  type Person,
  rows,
} from "../harness/world.ts";
import {
  cohortOf,
  dates,
  heldBy,
  join,
  type Line,
  objectOf,
  people,
  seatedIn,
  settle,
  waitersOf,
} from "./line.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

const checkout = (as: Person, enrollmentId: string) =>
  http("POST", `/lms/enrollments/${enrollmentId}/checkout`, { as, body: {} });
const confirm = ({ world }: Line, { id, payment }: Json) =>
  http("POST", `/lms/admin/enrollments/${id}/confirm-payment`, {
    as: world.admin,
    body: { paymentId: payment.id },
  });
const rowOf = async (id: string) =>
  (await rows("SELECT * FROM lms_enrollments WHERE id = ?", id))[0];

/** A learner whose invoice has lapsed, in a cohort of one seat. */
async function lapsed() {
  const line = await cohortOf({ price: 5_000 });
  const [late, next] = (await people(line.world, 2)) as [Person, Person];
  const enrollment = ok(await join(line, late));
  await settle(line);
  advance(72 * HOUR + LEASE_MS);
  await settle(line);
  return { line, late, next, enrollment };
}

describe("a hold that has lapsed", () => {
  test("leaves the enrollment pending, and its checkout is refused once the seat is another's", async () => {
    const { line, late, next, enrollment } = await lapsed();
    expect(ok(await join(line, next)).status).toBe("pending-payment");
    expect((await checkout(late, enrollment.id)).body.code).toBe("CAPACITY_REACHED");
    expect(await rowOf(enrollment.id)).toMatchObject({ status: "pending-payment", version: 1 });
  });

  test("is taken up again by its checkout while there is a seat, for as long as an invoice holds one", async () => {
    const { line, late, next, enrollment } = await lapsed();
    expect(await seatedIn(line)).toEqual([]);
    const answer = await checkout(late, enrollment.id);
    expect(answer).toMatchObject({ status: 200, body: { payment: { id: enrollment.payment.id } } });
    advance(LEASE_MS + 1);
    await settle(line);
    expect(await seatedIn(line)).toMatchObject([{ id: enrollment.id }]);
    expect((await join(line, next, { joinWaitingList: false })).body.code).toBe("CAPACITY_REACHED");
    const { seat_until: seatUntil } = (await rowOf(enrollment.id)) as Json;
    expect(seatUntil - clock.now()).toBeGreaterThan(71 * HOUR);
    expect(await eventsOf(enrollment.id)).toHaveLength(1);
    await checkout(late, enrollment.id);
    expect((await rowOf(enrollment.id))?.seat_until).toBe(seatUntil);
  });

  test("and paid for too late gives the money back and cancels the enrollment", async () => {
    const { line, next, enrollment } = await lapsed();
    ok(await join(line, next));
    ok(await confirm(line, enrollment));
    await drain(line.world.orgId);
    expect(await rowOf(enrollment.id)).toMatchObject({ status: "refunded", seat_until: null });
    const names = (await eventsOf(enrollment.payment.id)).map(({ name }) => name);
    expect(names).toContain("payment.refund-requested");
    expect(await seatedIn(line)).toHaveLength(1);
    await assertLogAgrees(line.world.orgId);
  });

  test("and paid for while there is a seat has it for good", async () => {
    const { line, enrollment } = await lapsed();
    expect(ok(await confirm(line, enrollment))).toMatchObject({
      status: "active",
      seatUntil: null,
    });
    advance(LEASE_MS + 1);
    await settle(line);
    expect(await heldBy(line)).toMatchObject({ seats: [enrollment.learnerId] });
  });

  test("is not taken up for a cohort that is over", async () => {
    const { line, late, enrollment } = await lapsed();
    await rows("UPDATE lms_cohorts SET status = 'completed' WHERE id = ?", line.cohortId);
    const answer = await checkout(late, enrollment.id);
    expect(answer.body).toMatchObject({ code: "INVALID_TRANSITION", state: "completed" });
  });
});

describe("a learner who is moved", () => {
  async function moving({ price = 0 } = {}) {
    const line = await cohortOf({ price });
    const [mover, waiter] = (await people(line.world, 2)) as [Person, Person];
    const enrollment = ok(await join(line, mover));
    ok(await join(line, waiter));
    await settle(line);
    const other = { courseId: line.courseId, name: "Other", capacity: 1, ...dates };
    const { id } = ok(await command("lms.cohort.create", other, line.world.instructor));
    const to: Line = { ...line, cohortId: String(id) };
    const move = () =>
      http("POST", `/lms/enrollments/${enrollment.id}/move`, {
        as: line.world.admin,
        body: { cohortId: to.cohortId },
      });
    return { line, to, mover, waiter, enrollment, move };
  }

  test("has the new seat first; the old one is the next in line's, and what was learned is kept", async () => {
    const { line, to, mover, waiter, enrollment, move } = await moving();
    await rows("UPDATE lms_enrollments SET completion_pct = 40 WHERE id = ?", enrollment.id);
    advance(LEASE_MS + 1);
    ok(await move());
    await settle(line);
    await settle(to);
    expect(await seatedIn(to)).toMatchObject([{ id: enrollment.id, learnerId: mover.id }]);
    expect(await seatedIn(line)).toMatchObject([{ learnerId: waiter.id, source: "waiting-list" }]);
    expect(await rowOf(enrollment.id)).toMatchObject({ completion_pct: 40 });
    expect(await waitersOf(line)).toEqual([]);
  });

  test("stays where it is when the other cohort is full, or its seat is owed to who waits there", async () => {
    const { line, to, mover, move } = await moving();
    ok(await join(to, line.world.learner));
    expect((await move()).body.code).toBe("CAPACITY_REACHED");
    expect(await seatedIn(line)).toMatchObject([{ learnerId: mover.id }]);
  });

  test("before it has paid has its hold there too, anew where it had lapsed", async () => {
    const { line, to, enrollment, move } = await moving({ price: 5_000 });
    advance(72 * HOUR + LEASE_MS);
    await settle(line);
    ok(await move());
    advance(LEASE_MS + 1);
    await settle(to);
    expect(await seatedIn(to)).toMatchObject([{ id: enrollment.id, status: "pending-payment" }]);
    expect((await heldBy(to)).seats).toEqual([enrollment.learnerId]);
  });
});

describe("an object that dies", () => {
  /** A seat that was just given to the first in line, and nothing else done yet. */
  async function offered() {
    const line = await cohortOf();
    const [seated, waiter] = (await people(line.world, 2)) as [Person, Person];
    const { id } = ok(await join(line, seated));
    ok(await join(line, waiter));
    await settle(line);
    advance(LEASE_MS + 1);
    await rows("UPDATE lms_enrollments SET status = 'cancelled' WHERE id = ?", id);
    return { line, seated, waiter };
  }

  test("between the offer and the enrollment makes the offer again, and once", async () => {
    const { line, seated, waiter } = await offered();
    await runInDurableObject(objectOf(line), async (_, { storage }) => {
      storage.sql.exec("UPDATE seats SET look_at = 0, leased_until = 0");
      storage.sql.exec(
        "UPDATE seats SET learner_id = ?, enrollment_id = '', leased_until = ?, look_at = ?",
        waiter.id,
        clock.now() + LEASE_MS,
        clock.now() + LEASE_MS,
      );
    });
    await evictDurableObject(objectOf(line));
    expect((await join(line, seated, { joinWaitingList: false })).body.code).toBe(
      "CAPACITY_REACHED",
    );
    await settle(line);
    advance(LEASE_MS + 1);
    await settle(line);
    expect(await seatedIn(line)).toMatchObject([{ learnerId: waiter.id, status: "active" }]);
    expect((await heldBy(line)).line).toEqual([]);
  });

  test("between the enrollment and its own note of it keeps the seat and forgets the place", async () => {
    const { line, waiter } = await offered();
    await command("lms.cohort.update", { cohortId: line.cohortId, name: "Told" }, line.world.admin);
    await runInDurableObject(objectOf(line), async (_, { storage }) => {
      storage.sql.exec("UPDATE seats SET look_at = 0, leased_until = 0");
      storage.sql.exec("INSERT OR REPLACE INTO alarms VALUES ('look', 0, 0)");
    });
    await evictDurableObject(objectOf(line));
    await settle(line);
    const [mine] = await seatedIn(line);
    expect(mine).toMatchObject({ learnerId: waiter.id });
    await runInDurableObject(objectOf(line), async (_, { storage }) => {
      storage.sql.exec("INSERT INTO waiting VALUES (?, 1, 0, NULL)", waiter.id);
    });
    await evictDurableObject(objectOf(line));
    advance(LEASE_MS + 1);
    await settle(line);
    expect(await seatedIn(line)).toMatchObject([{ id: mine?.id }]);
    expect(await heldBy(line)).toEqual({ seats: [waiter.id], line: [] });
  });

  test("between a place in line and its batch leaves nobody in line whom nobody told", async () => {
    const line = await cohortOf();
    const [seated] = (await people(line.world, 1)) as [Person];
    ok(await join(line, seated));
    const ask = { enrollmentId: "e", capacity: 1, cohortVersion: 1, cohortId: line.cohortId };
    const given = await objectOf(line).reserve({ ...ask, learnerId: "untold", wait: true });
    expect(given).toMatchObject({ waiting: { place: 1, position: 1 } });
    expect((await heldBy(line)).line).toEqual(["untold"]);
    advance(LEASE_MS + 1);
    await settle(line);
    expect((await heldBy(line)).line).toEqual([]);
  });
});
