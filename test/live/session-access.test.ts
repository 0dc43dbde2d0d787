import { expect, test } from "vitest";
import { newId } from "../../src/kernel/id.ts";
import type { Actor } from "../../src/kernel/permission.ts";
import { onSession, scheduling } from "./session.ts";
import { codeOf, done, enroll, newSession, read, run, world } from "./world.ts";

test("only its own instructors and lms-admin change and run a session", async () => {
  const here = await world();
  await enroll(here, { learnerId: here.actors.learner.id });
  const sessionId = await newSession(here);
  const { admin, other, learner, reviewer, public: nobody } = here.actors;
  for (const actor of [other, learner, reviewer]) {
    expect(codeOf(await run("lms.session.create", scheduling(here), actor))).toBe(
      "PERMISSION_DENIED",
    );
    for (const [type, rest] of onSession) {
      expect(codeOf(await run(type, { sessionId, ...rest }, actor)), type).toBe(
        "PERMISSION_DENIED",
      );
    }
  }
  expect(codeOf(await run("lms.session.start", { sessionId }, nobody))).toBe("UNAUTHENTICATED");
  expect(codeOf(await run("lms.session.start", { sessionId }, admin))).toBe("ok 200");
});

test("the cohort's instructor runs the sessions of a course that is another's", async () => {
  const here = await world();
  const { other, admin } = here.actors;
  const { cohortId } = here;
  await done(run("lms.cohort.update", { cohortId, instructorId: other.id }, admin));
  const made = await done<{ id: string; instructorId: string }>(
    run("lms.session.create", scheduling(here), other),
  );
  expect(made.instructorId).toBe(other.id);
  expect(codeOf(await run("lms.session.start", { sessionId: made.id }, other))).toBe("ok 200");
});

test("a foreign organization's session is not found, with the very answer of a missing one", async () => {
  const [here, elsewhere] = [await world(), await world()];
  const sessionId = await newSession(here);
  const { admin } = elsewhere.actors;
  for (const [type, rest] of [...onSession, ["lms.session.ticket", {}] as const]) {
    const foreign = await run(type, { sessionId, ...rest }, admin);
    expect(codeOf(foreign), type).toBe("NOT_FOUND");
    expect(foreign).toEqual(await run(type, { sessionId: newId(), ...rest }, admin));
  }
  for (const [type, params, missing] of [
    ["lms.sessions.get", { id: sessionId }, { id: newId() }],
    ["lms.cohorts.sessions", { cohortId: here.cohortId }, { cohortId: newId() }],
  ] as const) {
    const foreign = await read(type, params, admin);
    expect(codeOf(foreign), type).toBe("NOT_FOUND");
    expect(foreign).toEqual(await read(type, missing, admin));
  }
});

test("a session is read and joined by its enrolled learners, its instructors and lms-admin alone", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { learner, stranger, instructor, admin, other, reviewer } = here.actors;
  await enroll(here, { learnerId: learner.id });
  await enroll(here, { learnerId: stranger.id, status: "pending-payment", seatUntil: 1 });
  const asks = [
    (actor: Actor) => read("lms.sessions.get", { id: sessionId }, actor),
    (actor: Actor) => read("lms.cohorts.sessions", { cohortId: here.cohortId }, actor),
    (actor: Actor) => run("lms.session.ticket", { sessionId }, actor),
  ];
  for (const asked of asks) {
    for (const actor of [learner, instructor, admin]) {
      expect(codeOf(await asked(actor))).toMatch(/^ok/);
    }
    for (const actor of [stranger, other, reviewer]) {
      expect(codeOf(await asked(actor))).toBe("PERMISSION_DENIED");
    }
  }
});

test("a learner of another cohort of the course neither reads nor joins the session", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { learner } = here.actors;
  await enroll({ ...here, cohortId: newId() }, { learnerId: learner.id });
  expect(codeOf(await read("lms.sessions.get", { id: sessionId }, learner))).toBe(
    "PERMISSION_DENIED",
  );
  expect(codeOf(await run("lms.session.ticket", { sessionId }, learner))).toBe("PERMISSION_DENIED");
});
