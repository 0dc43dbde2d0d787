import { expect, test } from "vitest";
import { eventsOf } from "../harness/world.ts";
import { rowOf } from "./session.ts";
import { codeOf, newSession, run, world } from "./world.ts";

test("a session is cancelled before it begins, once, and its reason stays in the row", async () => {
  const here = await world();
  const sessionId = await newSession(here);
  const cancel = () =>
    run("lms.session.cancel", { sessionId, reason: "Flu" }, here.actors.instructor);
  expect(codeOf(await cancel())).toBe("ok 200");
  expect(codeOf(await cancel())).toBe("INVALID_TRANSITION");
  expect(await rowOf(sessionId)).toMatchObject({ status: "cancelled", cancelReason: "Flu" });
  const events = await eventsOf(sessionId);
  expect(events.map(({ name }) => name)).toEqual(["session.cancelled"]);
  expect(JSON.stringify(events)).not.toContain("Flu");
});
