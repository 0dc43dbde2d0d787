import { env, exports } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { draftCourse, enrolled, publishedCourse } from "../harness/course.ts";
import {
  advance,
  command,
  drain,
  eventsOf,
  http,
  type Json,
  newOrganization,
  ok,
  type Person,
  rows,
  statuses,
  type World,
} from "../harness/world.ts";

let world: World;
beforeAll(async () => {
  world = await newOrganization();
});

const bytesOf = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function announced(text: string, rest: Json = {}, as = world.instructor): Promise<Json> {
  const bytes = bytesOf(text);
  const body = {
    name: "notes.txt",
    contentType: "text/plain",
    size: bytes.byteLength,
    sha256: await sha256(bytes),
    ...rest,
  };
  return ok(await http("POST", "/lms/uploads", { as, body }));
}

async function put(
  url: string,
  text: string,
  type = "text/plain",
): Promise<{ status: number; body: Json }> {
  const answer = await exports.default.fetch(url, {
    method: "PUT",
    headers: { "content-type": type },
    body: bytesOf(text),
  });
  return { status: answer.status, body: await answer.json() };
}

async function uploaded(text: string, rest: Json = {}, as?: Person): Promise<Json> {
  const file = await announced(text, rest, as);
  expect((await put(file.upload.url, text, file.contentType)).status).toBe(201);
  return file;
}

const read = (path: string, headers: Record<string, string> = {}) =>
  exports.default.fetch(path.startsWith("http") ? path : `${env.ORIGIN}${path}`, { headers });
const bearer = (person: Person) => ({ authorization: `Bearer ${person.key}` });

it("takes the bytes announced, once, and then the file is ready", async () => {
  const file = await announced("Hello");
  expect(file).toMatchObject({ status: "pending", version: 0 });
  expect(file.key.startsWith(`${world.orgId}/`)).toBe(true);
  const first = await put(file.upload.url, "Hello");
  expect(first).toMatchObject({ status: 201, body: { id: file.id, status: "ready" } });
  expect(await eventsOf(file.id)).toMatchObject([
    { name: "file.uploaded", version: 1, payload: { fileId: file.id, size: 5 } },
  ]);
  expect(await put(file.upload.url, "Hello")).toMatchObject({
    status: 409,
    body: { code: "DUPLICATE" },
  });
});

it("lets one of ten simultaneous uploads of a key through", async () => {
  const file = await announced("Once");
  const answers = await Promise.all(Array.from({ length: 10 }, () => put(file.upload.url, "Once")));
  const counts = statuses(
    answers.map(({ status, body }) => ({ status, body, headers: new Headers(), trips: 0 })),
  );
  expect(counts).toEqual({ 201: 1, 409: 9 });
  expect(await eventsOf(file.id)).toHaveLength(1);
});

it("makes the file ready though the Worker died after the bucket had it", async () => {
  const file = await announced("Survives");
  await env.FILES.put(file.key, "Survives", { httpMetadata: { contentType: "text/plain" } });
  expect((await put(file.upload.url, "Survives")).status).toBe(409);
  const [row] = await rows("SELECT status FROM lms_files WHERE id = ?", file.id);
  expect(row?.status).toBe("ready");
});

it.each([
  ["other bytes of the same size", "Jello", "text/plain", "sha256"],
  ["fewer bytes", "Hell", "text/plain", "content-length"],
  ["more bytes", "Hello!", "text/plain", "content-length"],
  ["another type", "Hello", "text/html", "content-type"],
])("refuses %s, and keeps nothing", async (_, text, type, path) => {
  const file = await announced("Hello");
  expect(await put(file.upload.url, text, type)).toMatchObject({
    status: 400,
    body: { code: "VALIDATION_FAILED", errors: [{ path }] },
  });
  expect(await env.FILES.head(file.key)).toBeNull();
  const [row] = await rows("SELECT status FROM lms_files WHERE id = ?", file.id);
  expect(row?.status).toBe("pending");
  expect((await put(file.upload.url, "Hello")).status).toBe(201);
});

it("keeps nothing of a learner who was erased meanwhile, though the address is still good", async () => {
  const here = await newOrganization();
  const bytes = ["Mine", "Gone"] as const;
  const [file, raced] = await Promise.all(bytes.map((text) => announced(text, {}, here.learner)));
  const erased = await http("POST", `/lms/admin/learners/${here.learner.id}/erase`, {
    as: here.admin,
    body: { confirm: here.learner.id },
  });
  expect(erased.status).toBe(202);
  await drain(here.orgId);
  // Put there by a Worker that died before it could look.
  await env.FILES.put(raced?.key, "Gone");
  for (const [at, one] of [file, raced].entries()) {
    const answer = await put(one?.upload.url, String(bytes[at]));
    expect(answer).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    expect(await env.FILES.head(one?.key)).toBeNull();
  }
});

it("takes only its own signature, for 15 minutes", async () => {
  const [file, other] = [await announced("Hello"), await announced("Hello")];
  const moved = file.upload.url.replace(file.key, other.key);
  const larger = file.upload.url.replace("size=5", "size=6");
  const bare = file.upload.url.split("?")[0];
  for (const url of [moved, larger, bare]) {
    expect(await put(url, "Hello")).toMatchObject({
      status: 401,
      body: { code: "INVALID_SIGNATURE" },
    });
  }
  advance(15 * 60_000 + 1_000);
  expect((await put(file.upload.url, "Hello")).status).toBe(401);
});

it("gives a repeated request a fresh address, and stores none", async () => {
  const body = {
    name: "a.txt",
    contentType: "text/plain",
    size: 5,
    sha256: await sha256(bytesOf("Hello")),
  };
  const ask = () =>
    http("POST", "/lms/uploads", {
      as: world.instructor,
      body,
      headers: { "idempotency-key": "one" },
    });
  const [first, second] = [ok(await ask()), ok(await ask())];
  expect(second.id).toBe(first.id);
  expect((await put(second.upload.url, "Hello")).status).toBe(201);
  const [stored] = await rows("SELECT answer FROM lms_idempotency WHERE key = 'one'");
  expect(stored?.answer).not.toContain("signature");
});

it.each([
  ["a file over 100 MB", { size: 100_000_001 }, "size"],
  ["no size", { size: 0 }, "size"],
  ["a hash that is none", { sha256: "abc" }, "sha256"],
  ["a path for a name", { name: "../../etc/passwd" }, "name"],
  ["a type with a line's end", { contentType: "text/plain\r\nx: y" }, "contentType"],
  [
    "a thumbnail that is no picture",
    { purpose: "thumbnail", contentType: "image/svg+xml" },
    "contentType",
  ],
  ["an unknown purpose", { purpose: "public" }, "purpose"],
])("refuses %s with its path", async (_, wrong, path) => {
  const body = { name: "a", contentType: "text/plain", size: 5, sha256: "0".repeat(64), ...wrong };
  const answer = await http("POST", "/lms/uploads", { as: world.learner, body });
  expect(answer.body).toMatchObject({ status: 400, errors: [{ path }] });
});

it("is not finished by anybody but the store", async () => {
  const file = await announced("Hello");
  expect((await command("lms.upload.finish", { key: file.key }, world.admin)).status).toBe(403);
});

it("is read by its owner, its course's instructor and its enrolled learners, by nobody else", async () => {
  const file = await uploaded("Lesson");
  const { course, modules } = await publishedCourse(world, {
    modules: [{ title: "Get it", type: "download", content: { fileId: file.id } }],
  });
  const path = `/files/${file.key}`;
  const status = async (as: Person) => (await read(path, bearer(as))).status;
  expect([await status(world.instructor), await status(world.admin)]).toEqual([200, 200]);
  expect([await status(world.learner), await status(world.reviewer)]).toEqual([404, 404]);
  await enrolled(world, course.id);
  expect(await status(world.learner)).toBe(200);
  const other = await newOrganization();
  expect(await status(other.admin)).toBe(404);
  const module = await http("GET", `/lms/instructor/modules/${modules[0]?.id}`, {
    as: world.instructor,
  });
  const [named] = module.body.files;
  expect(named).toMatchObject({ id: file.id, name: "notes.txt", size: 6 });
  expect(await (await read(named.url)).text()).toBe("Lesson");
  advance(5 * 60_000 + 1_000);
  expect((await read(named.url)).status).toBe(401);
});

it("names only a ready file of one's own: a pending or another's is not found", async () => {
  const { course } = await draftCourse(world);
  const pending = await announced("Later");
  const anothers = await uploaded("Theirs", {}, world.learner);
  for (const { id } of [pending, anothers]) {
    const payload = { courseId: course.id, title: "x", type: "download", content: { fileId: id } };
    expect((await command("lms.module.create", payload, world.instructor)).body).toMatchObject({
      status: 404,
      detail: "File not found",
    });
  }
});

it("stays with the first course that named it", async () => {
  const file = await uploaded("Shared");
  const content = { fileId: file.id };
  const { course } = await draftCourse(world, {
    modules: [{ title: "A", type: "download", content }],
  });
  await draftCourse(world, { modules: [{ title: "B", type: "download", content }] });
  const [row] = await rows("SELECT attached_to FROM lms_files WHERE id = ?", file.id);
  expect(row?.attached_to).toBe(course.id);
});

it("shows a thumbnail to everybody for a year", async () => {
  const rest = { name: "t.png", contentType: "image/png", purpose: "thumbnail" };
  const file = await uploaded("not really a png", rest);
  const { course } = await draftCourse(world, { course: { thumbnailFileId: file.id } });
  expect(course.thumbnailUrl).toBe(`/files/${file.key}`);
  const answer = await read(course.thumbnailUrl);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const wrong = await uploaded("private");
  const refused = await command(
    "lms.course.update",
    { courseId: course.id, thumbnailFileId: wrong.id },
    world.instructor,
  );
  expect(refused.body).toMatchObject({ status: 400, errors: [{ path: "thumbnailFileId" }] });
});

it("answers ranges, and says what has not changed", async () => {
  const file = await uploaded("0123456789");
  const part = async (range: string) => {
    const answer = await read(`/files/${file.key}`, { ...bearer(world.instructor), range });
    return [answer.status, answer.headers.get("content-range"), await answer.text()];
  };
  expect(await part("bytes=2-4")).toEqual([206, "bytes 2-4/10", "234"]);
  expect(await part("bytes=7-")).toEqual([206, "bytes 7-9/10", "789"]);
  expect(await part("bytes=-3")).toEqual([206, "bytes 7-9/10", "789"]);
  expect(await part("bytes=5-99")).toEqual([206, "bytes 5-9/10", "56789"]);
  expect(await part("bytes=10-")).toEqual([416, "bytes */10", ""]);
  expect(await part("bytes=4-2")).toEqual([416, "bytes */10", ""]);
  expect(await part("bytes=0-1,3-4")).toEqual([200, null, "0123456789"]);
  const whole = await read(`/files/${file.key}`, bearer(world.instructor));
  const etag = whole.headers.get("etag") ?? "";
  await whole.body?.cancel();
  const again = await read(`/files/${file.key}`, {
    ...bearer(world.instructor),
    "if-none-match": etag,
  });
  expect(again.status).toBe(304);
});

it.each([
  ["text/html", "<script>alert(1)</script>", "attachment", "application/octet-stream"],
  ["image/svg+xml", "<svg onload='x()'/>", "attachment", "application/octet-stream"],
  ["application/xhtml+xml", "<html/>", "attachment", "application/octet-stream"],
  ["text/javascript", "alert(1)", "attachment", "application/octet-stream"],
  ["application/zip", "PK", "attachment", "application/zip"],
  ["application/pdf", "%PDF", "inline", "application/pdf"],
  ["image/png", "png", "inline", "image/png"],
])("serves %s without a way to run in our origin", async (contentType, text, kind, served) => {
  const file = await uploaded(text, { name: 'Ёлка "x".bin', contentType });
  const answer = await read(`/files/${file.key}`, bearer(world.instructor));
  await answer.body?.cancel();
  expect(answer.headers.get("content-type")).toBe(served);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("content-disposition")).toBe(
    `${kind}; filename="____ _x_.bin"; filename*=UTF-8''%D0%81%D0%BB%D0%BA%D0%B0%20%22x%22.bin`,
  );
});

it("answers for a key that is none, malformed or elsewhere's as for a missing file", async () => {
  for (const path of [
    "/files/nothing",
    `/files/${world.orgId}/course/x/y`,
    "/files/%E0%A4%A",
    "/files/..%2f..%2fx",
  ]) {
    const answer = await read(path, bearer(world.instructor));
    expect(answer.status).toBe(404);
    await answer.body?.cancel();
  }
});
