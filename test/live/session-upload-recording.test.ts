import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { lmsFiles } from "../../src/files/schema.ts";
import { newId } from "../../src/kernel/id.ts";
import { db } from "../harness/world.ts";
import { fileOf, RECORDING, rowOf } from "./session.ts";
import { codeOf, done, newSession, run, world } from "./world.ts";

test("a recording is an https address or a ready file of one's own, which becomes the course's", async () => {
  const here = await world();
  const { instructor, other } = here.actors;
  const sessionId = await newSession(here);
  await done(run("lms.session.start", { sessionId }, instructor));
  await done(run("lms.session.end", { sessionId }, instructor));
  const upload = (rest: object) =>
    run("lms.session.uploadRecording", { sessionId, ...rest }, instructor);
  const fileId = await fileOf(instructor);
  for (const bad of [{}, { ...RECORDING, fileId }, { recordingUrl: "http://video.example.org" }]) {
    expect(codeOf(await upload(bad))).toBe("VALIDATION_FAILED");
  }
  for (const bad of [newId(), await fileOf(other), await fileOf(instructor, "pending")]) {
    expect(codeOf(await upload({ fileId: bad }))).toBe("NOT_FOUND");
  }
  expect(codeOf(await upload({ fileId }))).toBe("ok 200");
  expect(await rowOf(sessionId)).toMatchObject({
    status: "recorded",
    recordingUrl: `/files/${here.orgId}/${fileId}`,
  });
  const [file] = await db.select().from(lmsFiles).where(eq(lmsFiles.id, fileId));
  expect(file?.attachedTo).toBe(here.courseId);
});
