import { eq } from "drizzle-orm";
import { lmsFiles } from "../../src/files/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import type { Actor } from "../../src/kernel/permission.ts";
import { lmsLiveSessions } from "../../src/live/schema.ts";
import { db } from "../harness/world.ts";
import type { World } from "./world.ts";

export const scheduling = ({ cohortId }: World) => ({
  cohortId,
  title: "Second evening",
  scheduledAt: "2027-01-10T18:00:00.000+01:00",
  durationMinutes: 90,
  meetingUrl: "https://meet.example.org/second",
});

export const rowOf = async (sessionId: string) =>
  (await db.select().from(lmsLiveSessions).where(eq(lmsLiveSessions.id, sessionId)))[0];

export const RECORDING = { recordingUrl: "https://video.example.org/2" };

/** Each command on a session, with what it needs. */
export const onSession = [
  ["lms.session.update", { title: "Renamed" }],
  ["lms.session.start", {}],
  ["lms.session.end", {}],
  ["lms.session.cancel", {}],
  ["lms.session.uploadRecording", RECORDING],
] as const;

export async function fileOf(owner: Actor, status: "ready" | "pending" = "ready"): Promise<string> {
  const id = newId();
  await db.insert(lmsFiles).values({
    id,
    organizationId: owner.orgId,
    createdAt: 1,
    updatedAt: 1,
    version: 1,
    key: `${owner.orgId}/${id}`,
    ownerId: owner.id,
    name: "evening.mp4",
    contentType: "video/mp4",
    size: 1,
    sha256: "0",
    purpose: "course",
    status,
  });
  return id;
}
