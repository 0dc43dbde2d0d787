import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseOn } from "../../src/embed/client-database.ts";
import { commandHandlers, queryHandlers } from "../../src/embed/handlers.ts";
import type { DomainEvent } from "../../src/embed/ports.ts";
import { LMSRefused } from "../../src/embed/refused.ts";
import { createInMemoryHost } from "../../src/memory/host.ts";
import { createLMSPlugin } from "../../src/plugin.ts";

const root = join(import.meta.dirname, "..", "..");
const lyceum = createLMSPlugin();
const broadcasts: string[] = [];
const host = createInMemoryHost({
  onBroadcast: (channel, type) => {
    broadcasts.push(`${type} ${channel}`);
  },
});
const { context } = host;
const events: DomainEvent[] = [];
let orgId = "";
const ids: Record<"instructor" | "reviewer" | "learner", string> = {
  instructor: "",
  reviewer: "",
  learner: "",
};

type Answer = Record<string, unknown> & { id: string };
const does = (who: keyof typeof ids, type: string, payload: object): Promise<Answer> =>
  context.dispatch({ type, payload, actorId: ids[who], orgId, correlationId: "walk" });
const asks = (who: keyof typeof ids, type: string, params: object): Promise<Answer> =>
  context.query({ type, params, actorId: ids[who], orgId });

const DRAFT = {
  title: "Основы баз данных",
  type: "self-paced",
  level: "beginner",
  price: { amount: 0, currency: "USD" },
};
const ARTICLE = { type: "article", content: { html: "<p>Text</p>" }, isPublished: true };

beforeAll(async () => {
  execFileSync(process.execPath, [join(root, "scripts/fonts.mjs")]);
  orgId = (await host.addOrganization({ name: "School", slug: "school" })).id;
  for (const [who, role] of [
    ["instructor", "instructor"],
    ["reviewer", "content-reviewer"],
    ["learner", "learner"],
  ] as const) {
    ids[who] = (await host.addMember({ orgId, name: who, roles: [role] })).id;
  }
  context.eventBus.subscribe("lms.*", async (event) => {
    events.push(event);
  });
  await lyceum.init(context);
});
afterAll(async () => {
  await lyceum.shutdown();
  await host.close();
});

async function publishedCourse(): Promise<{ courseId: string; modules: string[] }> {
  const { id: courseId } = await does("instructor", "lms.course.create", DRAFT);
  const modules: string[] = [];
  for (const title of ["First", "Second"]) {
    const module = { courseId, title, ...ARTICLE };
    modules.push((await does("instructor", "lms.module.create", module)).id);
  }
  await does("instructor", "lms.course.submitReview", { courseId });
  await does("reviewer", "lms.course.approve", { courseId });
  return { courseId, modules };
}

describe("the core in plain Node, without Cloudflare", () => {
  test("takes a course from its draft to a learner's certificate, its document drawn", async () => {
    const { courseId, modules } = await publishedCourse();
    const { id: enrollmentId, status } = await does("learner", "lms.enrollment.create", {
      courseId,
    });
    expect(status).toBe("active");
    for (const moduleId of modules) {
      await does("learner", "lms.progress.complete", { enrollmentId, moduleId });
    }
    await host.idle();

    const enrollment = await asks("learner", "lms.enrollments.get", { id: enrollmentId });
    expect(enrollment).toMatchObject({ status: "completed", completionPct: 100 });
    const { data } = await asks("learner", "lms.certificates.list", {});
    const [certificate] = data as Answer[];
    const { url } = await asks("learner", "lms.certificates.download", {
      id: certificate?.id,
    });
    expect(url).toMatch(/^http:\/\/localhost\/files\/.*\.pdf\?/);
    const stored = await context.host?.ports.files.get(
      `${orgId}/certificates/${certificate?.id}.pdf`,
    );
    const pdf = await new Response(stored?.body).text();
    expect(pdf.slice(0, 5)).toBe("%PDF-");

    expect(events.map((one) => one.type)).toEqual(
      expect.arrayContaining([
        "course.created",
        "course.submitted-for-review",
        "course.published",
        "enrollment.created",
        "enrollment.activated",
        "module.completed",
        "enrollment.completed",
        "certificate.issued",
      ]),
    );
    expect(broadcasts).toContain(`certificate:ready org:${ids.learner}:actor:${ids.learner}:lms`);
    expect(broadcasts).toContain(`enrollment:new org:${orgId}:lms:course:${courseId}:instructor`);
    expect(broadcasts).toContain(`notification:new org:${ids.learner}:actor:${ids.learner}:lms`);
    const ready = broadcasts.filter((one) => one.startsWith("certificate:ready"));
    expect(ready).toHaveLength(1);
  });

  test("leaves no event unsettled and no task undone, so that nothing was only half heard", async () => {
    await host.idle();
    const unsettled = await context.db.query<{ event_name: string }>(
      "SELECT event_name FROM domain_event_log WHERE settled_at IS NULL",
      [],
    );
    expect(unsettled).toEqual([]);
    const undone = await context.db.query<{ kind: string }>(
      "SELECT kind FROM lms_tasks WHERE state <> 'done' AND kind NOT LIKE 'identity.%'",
      [],
    );
    expect(undone).toEqual([]);
  });

  test("an event that no bus carried is found again by the minute", async () => {
    const { courseId } = await publishedCourse();
    await host.idle();
    await context.db.execute(
      "UPDATE domain_event_log SET settled_at = NULL, occurred_at = 0 WHERE aggregate_id = ? AND event_name = 'course.published'",
      [courseId],
    );
    const before = events.length;
    await host.minute();
    await host.idle();
    expect(events.slice(before).map((one) => one.type)).toContain("course.published");
  });

  test("of two enrollments for one seat at once one succeeds", async () => {
    const { courseId } = await publishedCourse();
    const { id: cohortId } = await does("instructor", "lms.cohort.create", {
      courseId,
      name: "Spring",
      startDate: "2099-01-01",
      endDate: "2099-02-01",
      capacity: 1,
      timezone: "UTC",
    });
    const others = await Promise.all(
      ["A", "B"].map((name) => host.addMember({ orgId, name, roles: ["learner"] })),
    );
    const ended = await Promise.allSettled(
      others.map(({ id }) =>
        context.dispatch({
          type: "lms.enrollment.create",
          payload: { courseId, cohortId },
          actorId: id,
          orgId,
          correlationId: "race",
        }),
      ),
    );
    expect(ended.map((one) => one.status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const refused = ended.find((one) => one.status === "rejected");
    expect(refused?.reason).toMatchObject({ code: "CAPACITY_REACHED", statusCode: 409 });
  });

  test("refuses by the same codes as over HTTP, and a stranger may nothing", async () => {
    await expect(does("learner", "lms.course.create", DRAFT)).rejects.toMatchObject({
      message: "Permission denied: course:create",
    });
    const stranger = { actorId: "nobody", orgId, correlationId: "x" };
    const call = context.dispatch({ type: "lms.course.create", payload: DRAFT, ...stranger });
    await expect(call).rejects.toBeInstanceOf(LMSRefused);
  });

  test("a derived handler reads through the host's client and writes what the host then runs", async () => {
    const { courseId } = await publishedCourse();
    const written: { sql: string; params: unknown[] }[] = [];
    const archive = commandHandlers.get("lms.course.archive");
    const ctx = {
      actor: { id: "boss", orgId, type: "human", roles: ["lms-admin"] },
      correlationId: "derived",
      db: context.db,
      emit: () => undefined,
    };
    await archive?.({ payload: { courseId } }, { ...ctx, write: (one) => written.push(one) });
    await context.db.batch?.(written);
    const [course] = await context.db.query<{ status: string }>(
      "SELECT status FROM lms_courses WHERE id = ?",
      [courseId],
    );
    expect(course?.status).toBe("archived");
    const list = queryHandlers.get("lms.courses.list");
    const page = (await list?.({ params: { search: "баз" } }, ctx)) as { data: { id: string }[] };
    expect(page.data.length).toBeGreaterThan(0);
    expect(page.data.map((one) => one.id)).not.toContain(courseId);
  });

  test("a client without batch is one transaction: what fails leaves nothing behind", async () => {
    const { query, execute } = context.db;
    const ctx = {
      actor: { id: "boss", orgId, type: "human", roles: ["lms-admin"] },
      db: { query, execute },
    };
    const list = queryHandlers.get("lms.courses.list");
    const page = (await list?.({ params: {} }, ctx)) as { data: unknown[] };
    expect(page.data.length).toBeGreaterThan(0);
    const { db, batch } = databaseOn(ctx.db);
    const adding = (id: string) =>
      db.all(sql`insert into lms_settings (id, organization_id, created_at, updated_at, version)
        values (${id}, 'x', 0, 0, 1)`);
    await expect(batch([adding("1"), adding("2")])).rejects.toThrow("UNIQUE");
    const left = await query("SELECT 1 FROM lms_settings WHERE organization_id = 'x'", []);
    expect(left).toEqual([]);
  });

  test("the queue writes a task that it reads again", async () => {
    await expect(context.queue.add("lms.no-such-task", {})).rejects.toThrow("lms.no-such-task");
    const { id } = await context.queue.add("certification.render", {}, { orgId, subject: "gone" });
    await host.idle();
    expect(await context.queue.getJob(id)).toMatchObject({
      name: "certification.render",
      status: "done",
    });
    expect(await context.queue.getJob("nothing")).toBeNull();
  });

  test("the engines say where an entity is and where an event would lead it", async () => {
    const { courseId } = await publishedCourse();
    expect(await context.fsmEngine.getState("course", courseId)).toBe("published");
    expect(await context.fsmEngine.transition("course", courseId, "archive", {})).toEqual({
      to: "archived",
    });
    const rule = context.ruleEngine.resolve("coursePublishRequiresPrice");
    expect(rule && context.ruleEngine.evaluate(rule, {})).toBe(false);
  });
});
