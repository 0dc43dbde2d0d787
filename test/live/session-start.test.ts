import { afterEach, expect, test } from "vitest";
import { clock } from "../../src/cloudflare/clock.ts";
import { HOUR } from "../../src/kernel/time.ts";
import { advance, eventsOf } from "../harness/world.ts";
import { onSession, RECORDING } from "./session.ts";
import { codeOf, done, newSession, run, world } from "./world.ts";

afterEach(() => {
  clock.now = () => Date.now();
});

test("a session runs scheduled, live, ended, recorded, and every other step is refused by its state", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const { instructor } = here.actors;
  const act = (name: string, rest: object = {}) =>
    run(`lms.session.${name}`, { sessionId, ...rest }, instructor);
  expect(codeOf(await act("end"))).toBe("INVALID_TRANSITION");
  expect(codeOf(await act("uploadRecording", RECORDING))).toBe("INVALID_TRANSITION");
  await done(act("start"));
  for (const name of ["start", "cancel"]) {
    expect(codeOf(await act(name)), name).toBe("INVALID_TRANSITION");
  }
  advance(HOUR);
  await done(act("end"));
  await done(act("uploadRecording", RECORDING));
  for (const [type, rest] of onSession) {
    const outcome = await run(type, { sessionId, ...rest }, instructor);
    expect(codeOf(outcome), type).toBe("INVALID_TRANSITION");
  }
  expect(await eventsOf(sessionId)).toMatchObject([
    { name: "session.started", version: 2 },
    { name: "session.ended", version: 3, payload: { durationMinutes: 60, attendeeCount: 0 } },
    { name: "session.recorded", version: 4, payload: RECORDING },
  ]);
});

test("forty starts at once: one succeeds, and one event is recorded", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const outcomes = await Promise.all(
    Array.from({ length: 40 }, () =>
      run("lms.session.start", { sessionId }, here.actors.instructor),
    ),
  );
  expect(outcomes.map(codeOf).toSorted()).toEqual([
    ...Array.from({ length: 39 }, () => "INVALID_TRANSITION"),
    "ok 200",
  ]);
  expect(await eventsOf(sessionId)).toHaveLength(1);
});
