import { afterEach, expect, test, vi } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { LEASE_MS } from "../../src/cohorts/seats.ts";
import { DAY, HOUR } from "../../src/kernel/time.ts";
import { advance, command, http, type Json, ok, race, rows, statuses } from "../harness/world.ts";
import {
  cohortOf,
  heldBy,
  join,
  type Line,
  people,
  place,
  seatedIn,
  settle,
  waitersOf,
} from "./line.ts";

vi.setConfig({ testTimeout: 240_000 });

const SEATS = 30;
const LEARNERS = 200;
const LAPSING = 20;

afterEach(() => {
  clock.now = () => Date.now();
});

const setCapacity = ({ world, cohortId }: Line, capacity: number) =>
  command("lms.cohort.update", { cohortId, capacity }, world.instructor);

const pay = ({ world }: Line, { id, payment }: Json) =>
  http("POST", `/lms/admin/enrollments/${id}/confirm-payment`, {
    as: world.admin,
    body: { paymentId: payment.id },
  });

/** Counts the seats that D1 gives, beside its capacity, again and again while the work is done. */
async function neverOversold<T>(line: Line, work: () => Promise<T>): Promise<T> {
  let looks = 0;
  let isDone = false;
  const watch = async () => {
    while (!isDone) {
      const [seen] = await rows<{ taken: number; capacity: number }>(
        `SELECT capacity, (SELECT count(*) FROM lms_enrollments WHERE cohort_id = ?1
           AND (status IN ('active', 'completed')
             OR (status = 'pending-payment' AND seat_until > ?2))) AS taken
         FROM lms_cohorts WHERE id = ?1`,
        line.cohortId,
        clock.now(),
      );
      expect(seen?.taken).toBeLessThanOrEqual(seen?.capacity ?? 0);
      looks++;
      await scheduler.wait(5);
    }
  };
  const watching = watch();
  const result = await work().finally(() => {
    isDone = true;
  });
  await watching;
  expect(looks).toBeGreaterThan(0);
  return result;
}

/** Whom the waiting list has brought in, in the order in which they were enrolled. */
const promotedIn = async ({ cohortId }: Line): Promise<string[]> =>
  (
    await rows<{ id: string }>(
      `SELECT learner_id AS id FROM lms_enrollments
       WHERE cohort_id = ? AND source = 'waiting-list' ORDER BY rowid`,
      cohortId,
    )
  ).map(({ id }) => id);

async function expectAgreed(line: Line): Promise<void> {
  const seated = (await seatedIn(line)).map(({ learnerId }) => learnerId);
  const held = await heldBy(line);
  expect(held.seats).toEqual(seated.toSorted());
  expect(held.line).toEqual(await waitersOf(line));
}

test("200 for 30 seats with 20 payments lapsing, capacity lowered and raised meanwhile: never oversold, promoted in order, object and D1 agree", async () => {
  const line = await cohortOf({ capacity: SEATS, price: 5_000 });
  const { world } = line;
  const learners = await people(world, LEARNERS);

  const answers = await neverOversold(line, () =>
    race(LEARNERS, (at) => join(line, learners[at] as (typeof learners)[number])),
  );
  expect(statuses(answers)).toEqual({ 201: SEATS, 202: LEARNERS - SEATS });
  const positions = answers.flatMap(({ body }) => body.waitingList?.position ?? []);
  expect(positions.toSorted((a, b) => a - b)).toEqual(positions.map((_, at) => at + 1));
  await settle(line);
  await expectAgreed(line);
  const order = await waitersOf(line);
  expect(order).toHaveLength(LEARNERS - SEATS);

  const enrolled = answers.filter(({ status }) => status === 201).map(({ body }) => body);
  const paying = enrolled.slice(LAPSING);
  await neverOversold(line, async () => {
    const [lowered, ...paid] = await Promise.all([
      setCapacity(line, SEATS - 5),
      ...paying.map((one) => pay(line, one)),
    ]);
    expect(lowered.body.code).toBe("CAPACITY_REACHED");
    expect(statuses(paid)).toEqual({ 200: SEATS - LAPSING });
    ok(await setCapacity(line, SEATS + 3));
    await settle(line);
  });
  expect(await promotedIn(line)).toEqual(order.slice(0, 3));
  await expectAgreed(line);

  await neverOversold(line, async () => {
    for (const { id } of (await seatedIn(line)).filter((one) => one.source === "waiting-list")) {
      const [payment] = await rows("SELECT id FROM lms_payments WHERE subject_id = ?", id);
      ok(await pay(line, { id, payment }));
    }
    advance(72 * HOUR + LEASE_MS);
    const late = enrolled.slice(0, 5);
    const outcomes = await Promise.all([
      settle(line),
      setCapacity(line, SEATS - 2),
      ...late.map((one) => pay(line, one)),
    ]);
    expect(outcomes).toHaveLength(7);
    await settle(line);
  });
  await expectAgreed(line);
  const afterwards = await promotedIn(line);
  expect(afterwards).toEqual(order.slice(0, afterwards.length));
  expect(afterwards.length).toBeGreaterThan(3);

  await neverOversold(line, async () => {
    ok(await setCapacity(line, SEATS + 10));
    await settle(line);
  });
  const promoted = await promotedIn(line);
  expect(promoted).toEqual(order.slice(0, promoted.length));
  expect(await seatedIn(line)).toHaveLength(SEATS + 10);
  await expectAgreed(line);
  const next = learners.find(({ id }) => id === order[promoted.length]);
  expect(ok(await place(line, next as (typeof learners)[number])).position).toBe(1);

  await neverOversold(line, async () => {
    advance(DAY + LEASE_MS);
    await settle(line);
  });
  const again = await promotedIn(line);
  expect(again).toEqual(order.slice(0, again.length));
  expect(again.length).toBeGreaterThan(promoted.length);
  expect(await seatedIn(line)).toHaveLength(SEATS + 10);
  await expectAgreed(line);

  const late = await rows<{ status: string; requested: number }>(
    `SELECT e.status, p.refund_requested_amount + p.refunded_amount AS requested
     FROM lms_enrollments e JOIN lms_payments p ON p.subject_id = e.id
     WHERE p.status NOT IN ('created', 'expired') AND e.status <> 'active'
       AND e.cohort_id = ?`,
    line.cohortId,
  );
  for (const one of late) expect(one).toEqual({ status: expect.any(String), requested: 5_000 });
});
