import { beforeEach, describe, expect, test } from "vitest";
import { deliver } from "../../src/kernel/delivery.ts";
import { newId } from "../../src/kernel/id.ts";
import { dispatch } from "../../src/kernel/mediator.ts";
import { relay } from "../../src/kernel/outbox.ts";
import { runTask } from "../../src/kernel/task-run.ts";
import { advance, newOrganization, type Person, rows } from "../harness/world.ts";
import { actorOf, answered, asked, fault, host, recorded, registry } from "./trial.ts";

beforeEach(() => {
  fault.now = null;
});

/** Fails in the listener until nobody tries it again. */
async function deadListener(admin: Person) {
  const { events, subject } = await recorded(admin);
  fault.now = "the listener is broken";
  let tries = 0;
  let settled = false;
  while (!settled) {
    const [verdict] = await deliver(host().host, registry, events);
    settled = verdict?.settled ?? false;
    tries += 1;
  }
  const { data } = await asked(admin, "lms.admin.deadLetters");
  return { events, subject, tries, letter: data[0] };
}

async function deadTask(admin: Person) {
  const { tasks, subject } = await recorded(admin, { task: true });
  const [ref] = tasks;
  if (!ref) throw new Error("No task was sent");
  fault.now = "the task is broken";
  for (let tried = 0; tried < 2; tried++) {
    await runTask(host().host, registry, ref);
    advance(60_000);
  }
  const { data } = await asked(admin, "lms.admin.deadLetters");
  return { ref, subject, letter: data[0] };
}

const retry = (person: Person, deadLetterId: string) => {
  const unit = host();
  const outcome = dispatch(unit.host, registry, {
    type: "lms.deadLetter.retry",
    payload: { deadLetterId },
    actor: actorOf(person),
    correlationId: newId(),
  });
  return { ...unit, outcome };
};

const refusalOf = async (person: Person, id: string) => {
  const outcome = await retry(person, id).outcome;
  return outcome.ok ? undefined : outcome.refusal;
};

const timesHeard = async (subject: string) =>
  (
    await rows(
      "SELECT seq FROM domain_event_log WHERE event_name = 'trial.heard' AND aggregate_id = ?",
      subject,
    )
  ).length;

describe("a listener that keeps failing", () => {
  test("is dead after five tries, listed with its event, and settles it", async () => {
    const { admin } = await newOrganization();
    const { tries, letter, events, subject } = await deadListener(admin);
    expect(tries).toBe(5);
    expect(letter).toMatchObject({
      state: "dead",
      attempts: 5,
      error: "Error: the listener is broken",
      event: {
        id: events[0]?.id,
        listener: "trial.hear",
        type: "trial.happened",
        aggregateId: subject,
      },
      task: null,
    });
    const [logged] = await rows(
      "SELECT settled_at FROM domain_event_log WHERE event_id = ?",
      events[0]?.id,
    );
    expect(logged?.settled_at).not.toBeNull();
  });

  test("is done once when it is retried, however often its event comes", async () => {
    const { admin } = await newOrganization();
    const { letter, subject, events } = await deadListener(admin);
    fault.now = null;
    const retried = retry(admin, letter.id);
    expect(answered(await retried.outcome)).toMatchObject({
      id: letter.id,
      state: "retried",
      attempts: 0,
    });
    await retried.settled();
    expect(retried.sent.events.map((one) => one.id)).toEqual([events[0]?.id]);
    for (let copy = 0; copy < 3; copy++) {
      const [verdict] = await deliver(host().host, registry, retried.sent.events);
      expect(verdict).toEqual({ settled: true });
    }
    expect(await timesHeard(subject)).toBe(1);
    for (const state of ["dead", "retried", "failing"]) {
      expect((await asked(admin, "lms.admin.deadLetters", { state })).data).toEqual([]);
    }
    const [logged] = await rows(
      "SELECT settled_at FROM domain_event_log WHERE event_id = ?",
      events[0]?.id,
    );
    expect(logged?.settled_at).not.toBeNull();
  });

  test("has five tries again, then is dead again", async () => {
    const { admin } = await newOrganization();
    const { letter, events } = await deadListener(admin);
    answered(await retry(admin, letter.id).outcome);
    for (let tried = 1; tried <= 5; tried++) {
      const [verdict] = await deliver(host().host, registry, events);
      expect(verdict?.settled).toBe(tried === 5);
    }
    const { data } = await asked(admin, "lms.admin.deadLetters");
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ id: letter.id, state: "dead", attempts: 5 });
  });

  test("is sent again by the relay where the retry's own send was lost", async () => {
    const { admin, orgId } = await newOrganization();
    const { letter, events } = await deadListener(admin);
    answered(await retry(admin, letter.id).outcome);
    const soon = host();
    await relay(soon.host, () => "jobs");
    expect(soon.sent.events.filter((one) => one.orgId === orgId)).toEqual([]);
    advance(11 * 60_000);
    const later = host();
    await relay(later.host, () => "jobs");
    expect(later.sent.events.map((one) => one.id)).toContain(events[0]?.id);
  });
});

describe("a task that keeps failing", () => {
  test("is dead, listed with its step, and done once when it is retried", async () => {
    const { admin } = await newOrganization();
    const { letter, ref, subject } = await deadTask(admin);
    expect(letter).toMatchObject({
      state: "dead",
      attempts: 2,
      task: { id: ref.id, kind: "trial.work", step: "do", subject },
      event: null,
    });
    fault.now = null;
    const retried = retry(admin, letter.id);
    answered(await retried.outcome);
    await retried.settled();
    expect(retried.sent.tasks.map((one) => one.id)).toEqual([ref.id]);
    for (const again of [...retried.sent.tasks, ref]) await runTask(host().host, registry, again);
    expect(await timesHeard(subject)).toBe(1);
    expect(await rows("SELECT state, error FROM lms_tasks WHERE id = ?", ref.id)).toEqual([
      { state: "done", error: null },
    ]);
    expect(await rows("SELECT id FROM lms_dead_letters WHERE task_id = ?", ref.id)).toEqual([]);
  });
});

describe("a retry is refused", () => {
  test("to everybody but lms-admin", async () => {
    const world = await newOrganization();
    const { letter } = await deadListener(world.admin);
    for (const person of [world.orgAdmin, world.instructor, world.reviewer, world.learner]) {
      expect(await refusalOf(person, letter.id)).toMatchObject({
        refused: "PERMISSION_DENIED",
        detail: "Permission denied: dead-letter:retry",
      });
    }
  });

  test("while it is no longer dead, so two admins at once send it once", async () => {
    const { admin } = await newOrganization();
    const { letter } = await deadListener(admin);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => retry(admin, letter.id).outcome),
    );
    expect(outcomes.filter((one) => one.ok)).toHaveLength(1);
    for (const one of outcomes) {
      if (!one.ok) expect(one.refusal.refused).toBe("INVALID_TRANSITION");
    }
  });

  test("for another organization's, in the words for one that is missing", async () => {
    const { admin } = await newOrganization();
    const { letter } = await deadListener(admin);
    const { admin: stranger } = await newOrganization();
    const foreign = await refusalOf(stranger, letter.id);
    expect(foreign).toMatchObject({ refused: "NOT_FOUND", detail: "Dead letter not found" });
    expect(await refusalOf(stranger, newId())).toEqual(foreign);
    expect((await asked(stranger, "lms.admin.deadLetters")).data).toEqual([]);
  });
});
