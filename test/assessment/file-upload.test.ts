import { env, exports } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { MINUTE } from "../../src/kernel/time.ts";
import { expectRefused } from "../harness/refusals.ts";
import {
  advance,
  drain,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  type World,
} from "../harness/world.ts";
import { assigned } from "./assignment.ts";

async function announced(text: string, as: Person): Promise<Json> {
  const bytes = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const about = { contentType: "text/plain", size: bytes.byteLength, sha256 };
  const body = { name: "essay.txt", purpose: "submission", ...about };
  return ok(await http("POST", "/lms/uploads", { as, body }));
}

async function uploaded(text: string, as: Person): Promise<Json> {
  const file = await announced(text, as);
  const { url, headers } = file.upload;
  const answer = await exports.default.fetch(url, { method: "PUT", headers, body: text });
  expect(answer.status).toBe(201);
  await answer.body?.cancel();
  return file;
}

const textAt = async (url: string): Promise<[number, string]> => {
  const answer = await exports.default.fetch(url);
  return [answer.status, await answer.text()];
};

async function statusAt(file: Json, as: Person): Promise<number> {
  const answer = await exports.default.fetch(`${env.ORIGIN}/files/${file.key}`, {
    headers: { authorization: `Bearer ${as.key}` },
  });
  await answer.body?.cancel();
  return answer.status;
}

const submissionOf = (id: string, as: Person) => http("GET", `/lms/submissions/${id}`, { as });

describe("an assignment that asks for a file", () => {
  test("takes it straight into the bucket, and its instructor reads it by a signed address", async () => {
    const { world, submit } = await assigned({ type: "file-upload" });
    const file = await uploaded("My essay", world.learner);
    expect(await statusAt(file, world.instructor)).toBe(404);
    const handed = ok(await submit({ attachmentIds: [file.id] }));
    expect(handed.attachmentIds).toEqual([file.id]);
    const { files } = ok(await submissionOf(handed.id, world.instructor));
    expect(files).toMatchObject([{ id: file.id, name: "essay.txt", size: 8 }]);
    expect(await textAt(files[0].url)).toEqual([200, "My essay"]);
    advance(6 * MINUTE);
    expect((await textAt(files[0].url))[0]).toBe(401);
  });

  test("shows the file to its owner and to who may read the submission, to nobody else", async () => {
    const { world, submit, peer } = await assigned({ type: "file-upload" });
    const file = await uploaded("Mine alone", world.learner);
    ok(await submit({ attachmentIds: [file.id] }));
    const { learner, instructor, admin, orgAdmin } = world;
    for (const as of [learner, instructor, admin, orgAdmin]) {
      expect(await statusAt(file, as)).toBe(200);
    }
    const stranger = await world.newPerson("instructor");
    const other = (await newOrganization()).admin;
    for (const as of [await peer(), stranger, world.reviewer, other]) {
      expect(await statusAt(file, as)).toBe(404);
    }
  });

  test("names only ready files of one's own: a pending one and another's are not found", async () => {
    const { world, submit, peer } = await assigned({ type: "file-upload" });
    const pending = await announced("Later", world.learner);
    const theirs = await uploaded("Theirs", await peer());
    for (const { id } of [pending, theirs]) {
      await expectRefused(world.orgId, { status: 404, detail: "File not found" }, () =>
        submit({ attachmentIds: [id] }),
      );
    }
  });

  test("lets a peer who is asked read the file, and no longer once it is graded", async () => {
    const here = await assigned(
      { type: "peer-review", peers: 1 },
      { features: ["enablePeerReview"] },
    );
    const { world }: { world: World } = here;
    const other = await here.peer();
    const file = await uploaded("For your eyes", world.learner);
    const { id } = ok(await here.submit({ attachmentIds: [file.id] }));
    expect(await statusAt(file, other)).toBe(404);
    ok(await here.submit({ content: "Mine" }, other));
    await drain(world.orgId);
    const { data } = ok(await http("GET", "/lms/peer-reviews", { as: other }));
    expect(data).toMatchObject([{ submissionId: id, files: [{ id: file.id }] }]);
    expect(await textAt(data[0].files[0].url)).toEqual([200, "For your eyes"]);
    expect(await statusAt(file, other)).toBe(200);
    ok(await here.grade(id, { score: 10 }));
    expect(await statusAt(file, other)).toBe(404);
  });
});
