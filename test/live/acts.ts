import type { Actor } from "../../src/kernel/permission.ts";
import type { ClientFrame } from "../../src/live/protocol.ts";
import { newPerson } from "../harness/world.ts";
import type { join } from "./socket.ts";
import { done, enroll, newSession, run, runTasks, type World, world } from "./world.ts";

export type Room = World & { sessionId: string };
export type Joined = Awaited<ReturnType<typeof join>>;

/** A session of a fresh organization, under way, with its learner enrolled. */
export async function liveRoom(): Promise<Room> {
  const here = await world();
  await enroll(here, { learnerId: here.actors.learner.id });
  const sessionId = await newSession(here);
  await done(run("lms.session.start", { sessionId }, here.actors.instructor));
  await runTasks();
  return { ...here, sessionId };
}

/** Another learner of the session's cohort. */
export async function newLearner(here: Room, name?: string): Promise<Actor> {
  const { id, orgId } = await newPerson(here.orgId, "learner", name);
  await enroll(here, { learnerId: id });
  return { id, type: "human", roles: ["learner"], orgId };
}

let refs = 0;
/** Sends a frame and gives what it came to: its ack or error. */
export async function act(of: Joined, frame: ClientFrame) {
  refs += 1;
  const ref = `r${refs}`;
  of.socket.send(JSON.stringify({ ...frame, ref }));
  const seen: unknown[] = [];
  for (;;) {
    const told = await of.next();
    if ((told as { ref?: string }).ref === ref) {
      of.inbox.unshift(...(seen as typeof of.inbox));
      return told as { type: string; data: Record<string, string> };
    }
    seen.push(told);
  }
}

export const codeOfAct = async (of: Joined, frame: ClientFrame): Promise<string> => {
  const told = await act(of, frame);
  return told.type === "error" ? String(told.data.code) : told.type;
};
