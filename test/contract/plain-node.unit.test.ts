import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serve } from "../../examples/plain-node/serve.ts";
import { createLyceumClient, LyceumProblem } from "../../src/exports/client.ts";
import { createInMemoryHost } from "../../src/memory/host.ts";
import { createLMSPlugin } from "../../src/plugin.ts";

const host = createInMemoryHost();
const lyceum = createLMSPlugin();
let org = { id: "" };
const server = serve(lyceum.getRoutes(), {
  whoCalls: ({ headers }) => {
    const id = headers.authorization?.replace(/^Bearer /, "");
    return id === undefined ? { org } : { actor: { id }, org };
  },
});
let url = "";
const people = { instructor: "", learner: "" };

beforeAll(async () => {
  await lyceum.init(host.context);
  org = await host.addOrganization({ name: "School", slug: "school" });
  for (const role of ["instructor", "learner"] as const) {
    people[role] = (await host.addMember({ orgId: org.id, name: role, roles: [role] })).id;
  }
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

  test("every definition's route says what it stands for, and that it is neither socket nor webhook", () => {
    for (const { metadata, path } of lyceum.getRoutes()) {
      expect([path, metadata.upgrade, metadata.webhook]).toEqual([path, false, false]);
      expect(metadata.summary).not.toBe("");
    }
  });
});
