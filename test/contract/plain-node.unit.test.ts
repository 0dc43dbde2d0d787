import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "../../examples/plain-node/serve.ts";
import { createLyceumClient, LyceumProblem } from "../../src/exports/client.ts";
import { sessionChannel } from "../../src/live/channels.ts";
import { createInMemoryHost } from "../../src/memory/host.ts";
import { createLMSPlugin } from "../../src/plugin.ts";

let url = "";
const host = createInMemoryHost({ origin: "http://files.test" });
const lyceum = createLMSPlugin();
let org = { id: "" };
const server = serve(lyceum.getRoutes(), {
  whoCalls: ({ headers }) => {
    const id = headers.authorization?.replace(/^Bearer /, "");
    return id === undefined ? { org } : { actor: { id }, org };
  },
});
const people = { instructor: "", learner: "", reviewer: "" };

beforeAll(async () => {
  await lyceum.init(host.context);
  org = await host.addOrganization({ name: "School", slug: "school" });
  for (const role of ["instructor", "learner"] as const) {
    people[role] = (await host.addMember({ orgId: org.id, name: role, roles: [role] })).id;
  }
  const reviewer = { orgId: org.id, name: "reviewer", roles: ["content-reviewer"] as const };
  people.reviewer = (await host.addMember(reviewer)).id;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await lyceum.shutdown();
  await host.close();
});

const DRAFT = { title: "Course", type: "self-paced", level: "beginner" } as const;
const as = (who: keyof typeof people) => createLyceumClient({ url, token: people[who] });

describe("the routes on a plain Node server", () => {
  test("create with 201 and a Location that leads to what was created", async () => {
    const answer = await fetch(`${url}/lms/instructor/courses`, {
      method: "POST",
      headers: { authorization: `Bearer ${people.instructor}`, "content-type": "application/json" },
      body: JSON.stringify(DRAFT),
    });
    expect(answer.status).toBe(201);
    const { id } = (await answer.json()) as { id: string };
    expect(answer.headers.get("location")).toBe(`/lms/instructor/courses/${id}`);
    const read = await fetch(`${url}${answer.headers.get("location")}`, {
      headers: { authorization: `Bearer ${people.instructor}` },
    });
    expect(await read.json()).toMatchObject({ id, status: "draft" });
  });

  test("answer the typed client as the Worker does, by names and by routes", async () => {
    const course = await as("instructor").command("lms.course.create", DRAFT);
    const path = "PATCH /lms/instructor/courses/:courseId";
    const change = { courseId: course.id, title: "Renamed" };
    const renamed = await as("instructor").request(path, change, { version: course.version });
    expect(renamed).toMatchObject({ title: "Renamed", version: 2 });
    const stale = as("instructor").request(path, change, { version: course.version });
    await expect(stale).rejects.toMatchObject({ status: 412, code: "STALE_VERSION" });
  });

  test("keep an Idempotency-Key's answer", async () => {
    const key = { idempotencyKey: "once" };
    const first = await as("instructor").command("lms.course.create", DRAFT, key);
    const again = await as("instructor").command("lms.course.create", DRAFT, key);
    expect(again.id).toBe(first.id);
  });

  test("let the public read the catalogue and nothing else", async () => {
    const everybody = createLyceumClient({ url });
    expect((await everybody.request("GET /lms/courses", { limit: 1 })).data).toEqual([]);
    await expect(everybody.request("GET /lms/enrollments")).rejects.toBeInstanceOf(LyceumProblem);
    await expect(everybody.request("GET /lms/enrollments")).rejects.toMatchObject({ status: 401 });
  });

  test("refuse as problems: a role, a field, a path that leads nowhere, a body that is no JSON", async () => {
    const denied = as("learner").command("lms.course.create", DRAFT);
    await expect(denied).rejects.toMatchObject({ status: 403, code: "PERMISSION_DENIED" });
    const wrong = as("instructor").command("lms.course.create", { ...DRAFT, title: "" });
    await expect(wrong).rejects.toMatchObject({ status: 400, errors: [{ path: "title" }] });
    expect((await fetch(`${url}/lms/nowhere`)).status).toBe(404);
    const broken = await fetch(`${url}/lms/queries/lms.courses.list`, {
      method: "POST",
      body: "{",
    });
    expect([broken.status, ((await broken.json()) as { code: string }).code]).toEqual([
      400,
      "MALFORMED_JSON",
    ]);
  });

  test("tell a verifier of a code that names its organization by itself", async () => {
    const verified = await createLyceumClient({ url }).request("GET /lms/verify/:code", {
      code: "CERT-AAAA0000000000",
    });
    expect(verified).toMatchObject({ valid: false, status: "unknown" });
  });

  test("show the manifest", async () => {
    const manifest = (await (await fetch(`${url}/lms/manifest`)).json()) as { commands: string[] };
    expect(manifest.commands).toHaveLength(42);
  });

  const bytes = Buffer.from("Lesson one");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const announced = () =>
    as("instructor").request("POST /lms/uploads", {
      ...{ name: "Урок.txt", contentType: "text/plain", size: bytes.byteLength, sha256 },
    });
  const here = (address: string) => address.replace("http://files.test", url);
  const put = (address: string, body: Buffer, type = "text/plain") =>
    fetch(here(address), { method: "PUT", headers: { "content-type": type }, body });

  test("take the bytes that were announced, once, and give them to who may read them", async () => {
    const file = await announced();
    const to = String(file.upload?.url);
    for (const [body, type] of [
      [Buffer.from("Lesson two"), "text/plain"],
      [Buffer.from("Lesson"), "text/plain"],
      [bytes, "text/html"],
    ] as const) {
      expect((await put(to, body, type)).status).toBe(400);
    }
    expect((await put(to.replace("size=10", "size=11"), bytes)).status).toBe(401);
    const first = await put(to, bytes);
    expect([first.status, await first.json()]).toMatchObject([
      201,
      { id: file.id, status: "ready" },
    ]);
    expect((await put(to, bytes)).status).toBe(409);

    const path = `${url}/files/${file.key}`;
    const read = (id?: string) =>
      fetch(path, id === undefined ? {} : { headers: { authorization: `Bearer ${id}` } });
    const mine = await read(people.instructor);
    expect(await mine.text()).toBe("Lesson one");
    expect(mine.headers.get("content-type")).toBe("text/plain");
    expect(mine.headers.get("content-disposition")).toContain("filename*=UTF-8''%D0%A3");
    expect(mine.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
    expect([(await read(people.learner)).status, (await read()).status]).toEqual([404, 401]);
    const signed = await host.context.host?.ports.signedUrl(file.key, {
      seconds: 60,
      name: "a.txt",
    });
    expect(await (await fetch(here(String(signed)))).text()).toBe("Lesson one");
    expect((await fetch(`${here(String(signed))}0`)).status).toBe(401);
  });

  test("keep nothing of an upload that is known no longer", async () => {
    const file = await announced();
    await host.context.db.execute("DELETE FROM lms_files WHERE id = ?", [file.id]);
    expect((await put(String(file.upload?.url), bytes)).status).toBe(404);
    expect(await host.context.host?.ports.files.get(file.key)).toBeNull();
  });

  test("say whose socket it is for a ticket, once, and leave the upgrade to the server", async () => {
    const socket = lyceum.getRoutes().find(({ metadata }) => metadata.upgrade);
    expect(socket).toMatchObject({ method: "GET", path: "/lms/sessions/:sessionId/ws" });
    const course = await as("instructor").command("lms.course.create", {
      ...DRAFT,
      type: "cohort",
    });
    const cohort = await as("instructor").command("lms.cohort.create", {
      ...{ courseId: course.id, name: "Spring", capacity: 2, timezone: "UTC" },
      ...{ startDate: "2099-01-01", endDate: "2099-02-01" },
    });
    const session = await as("instructor").command("lms.session.create", {
      ...{ cohortId: cohort.id, title: "First", scheduledAt: "2099-01-02T10:00:00.000Z" },
      ...{ durationMinutes: 60 },
    });
    const path = "POST /lms/sessions/:sessionId/ticket";
    const { ticket } = await as("instructor").request(path, { sessionId: session.id });
    const ctx = { params: { sessionId: session.id }, query: { ticket, since: "4" } };
    expect(await socket?.handler(ctx)).toEqual({
      orgId: org.id,
      sessionId: session.id,
      userId: people.instructor,
      role: "host",
      moderates: true,
      name: "instructor",
      channel: sessionChannel(org.id, session.id),
      since: 4,
    });
    await expect(socket?.handler(ctx)).rejects.toMatchObject({ statusCode: 401 });
    expect((await fetch(`${url}/lms/sessions/${session.id}/ws`)).status).toBe(404);
  });

  test("a course's bundle arrives as the bytes that it is, by its route and by its name", async () => {
    const course = await as("instructor").command("lms.course.create", {
      ...DRAFT,
      price: { amount: 0, currency: "USD" },
    });
    await as("instructor").command("lms.module.create", {
      ...{ courseId: course.id, title: "Lesson", type: "article", isPublished: true },
      content: { html: "<p>One</p>" },
    });
    await as("instructor").command("lms.course.submitReview", { courseId: course.id });
    await as("reviewer").command("lms.course.approve", { courseId: course.id });
    const path = `/lms/openedx/courses/${course.id}`;
    const headers = { authorization: `Bearer ${people.instructor}` };
    const answer = await fetch(`${url}${path}/olx`, { headers });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/gzip"]);
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"$/);
    const bundle = await answer.bytes();
    expect(gunzipSync(bundle).toString("latin1")).toContain("<p>One</p>");
    const named = await fetch(`${url}/lms/queries/lms.openedx.olx`, {
      method: "POST",
      headers,
      body: JSON.stringify({ courseId: course.id }),
    });
    expect(await named.bytes()).toEqual(bundle);
    const cartridge = await fetch(`${url}${path}/cartridge`, { headers });
    expect(cartridge.headers.get("content-type")).toBe("application/zip");
    expect(Object.keys(unzipSync(await cartridge.bytes()))).toContain("imsmanifest.xml");
    const refused = await fetch(`${url}${path}/olx`, {
      headers: { authorization: `Bearer ${people.learner}` },
    });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([
      403,
      "application/problem+json",
    ]);
  });

  test("every definition's route says what it stands for, that it is no socket or webhook, and whether a file", () => {
    for (const { metadata, path } of lyceum.getRoutes()) {
      expect(metadata.summary).not.toBe("");
      if (metadata.type === undefined) continue;
      const { upgrade, file, webhook } = metadata;
      const isDownload = path.endsWith("/olx") || path.endsWith("/cartridge");
      expect([path, upgrade, file, webhook]).toEqual([path, false, isDownload, false]);
    }
  });
});
