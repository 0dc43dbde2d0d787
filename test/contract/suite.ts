import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CORE_JOBS, CORE_MACHINES } from "../../src/core-names.ts";
import type { ChannelsSocket } from "../../src/embed/channels-socket.ts";
import type { DomainEvent, LMSPluginContext } from "../../src/embed/ports.ts";
import { LMSRefused } from "../../src/embed/refused.ts";
import type { RouteDefinition, RouteFile } from "../../src/embed/route.ts";
import type { Role } from "../../src/kernel/permission.ts";
import { MINUTE } from "../../src/kernel/time.ts";
import { adminChannel, learnerChannel } from "../../src/live/channels.ts";
import { lms } from "../../src/lms.ts";
import { people } from "../../src/memory/people.ts";
import { createLMSPlugin, type LMSPlugin } from "../../src/plugin.ts";

/** A host that has the core running, and what a test has to know of it beside the contract. */
export type Hosted = {
  plugin: LMSPlugin;
  context: LMSPluginContext;
  /** Settles once all that an organization's commands set off is done. */
  idle(orgId: string): Promise<void>;
  close?(): Promise<void>;
};

type Answer = Record<string, unknown> & { id: string };
const DRAFT = {
  title: "Databases",
  type: "self-paced",
  level: "beginner",
  price: { amount: 0, currency: "USD" },
} as const;
const ARTICLE = { type: "article", content: { html: "<p>Text</p>" }, isPublished: true };
const REQUIRED = [
  ["eventBus", '"eventBus"'],
  ["fsmEngine", '"fsmEngine"'],
  ["ruleEngine", '"ruleEngine"'],
  ["scheduler", '"scheduler"'],
  ["queue", '"queue"'],
  ["db", '"database" (context.db)'],
] as const;

/** What the contract promises, held against a host. Each runs it: the Worker, and the one in plain Node. */
export function contractOf(name: string, start: () => Promise<Hosted>): void {
  let host: Hosted;
  beforeAll(async () => {
    host = await start();
  });
  afterAll(() => host.close?.());

  /** An organization with somebody of each role asked for, who act by its name. */
  async function school() {
    const { addOrganization, addMember } = people(kernelOf(host.context));
    const { id: orgId } = await addOrganization({
      name: "School",
      slug: `s-${crypto.randomUUID()}`,
    });
    const roles = ["lms-admin", "instructor", "content-reviewer", "learner"] as const;
    const ids = new Map<Role, string>();
    for (const role of roles) {
      ids.set(role, (await addMember({ orgId, name: role, roles: [role] })).id);
    }
    type Who = (typeof roles)[number];
    const idOf = (who: Who): string => String(ids.get(who));
    return {
      orgId,
      idOf,
      does: (who: Who, type: string, payload: object, more: object = {}): Promise<Answer> =>
        host.context.dispatch({
          ...{ type, payload, actorId: idOf(who), orgId, correlationId: crypto.randomUUID() },
          ...more,
        }),
      asks: (who: Who, type: string, params: object): Promise<Answer> =>
        host.context.query({ type, params, actorId: idOf(who), orgId }),
    };
  }
  type School = Awaited<ReturnType<typeof school>>;

  async function published({ does }: School) {
    const course = await does("instructor", "lms.course.create", DRAFT);
    const courseId = course.id;
    const { id: moduleId } = await does("instructor", "lms.module.create", {
      courseId,
      title: "First",
      ...ARTICLE,
    });
    await does("instructor", "lms.course.submitReview", { courseId });
    await does("content-reviewer", "lms.course.approve", { courseId });
    return { courseId, moduleId, slug: course.slug };
  }

  const logged = (orgId: string, type: string): Promise<Logged[]> =>
    host.context.db.query<Logged>(
      `SELECT event_id, event_name, version, kind, aggregate_type, aggregate_id, aggregate_version,
         organization_id, actor_id, correlation_id, causation_id, occurred_at, payload, settled_at
       FROM domain_event_log WHERE organization_id = ? AND event_name = ? ORDER BY seq`,
      [orgId, type],
    );
  const counted = async (sql: string, ...params: unknown[]): Promise<number> =>
    Number((await host.context.db.query<{ count: number }>(sql, params))[0]?.count);

  describe(`the contract on ${name}: registration`, () => {
    test("every machine and rule is known to the host's engines", async () => {
      const at = await school();
      const { courseId } = await published(at);
      const { fsmEngine, ruleEngine } = host.context;
      expect(await fsmEngine.getState("course", courseId)).toBe("published");
      expect(await fsmEngine.transition("course", courseId, "archive", {})).toEqual({
        to: "archived",
      });
      for (const machine of CORE_MACHINES) {
        await expect(fsmEngine.getState(machine, "nobody")).resolves.toBeNull();
      }
      const rules = lms.contexts.flatMap((one) => one.rules ?? []);
      expect(rules.length).toBeGreaterThan(10);
      for (const { id, expr } of rules) expect(ruleEngine.resolve(id)).toEqual(expr);
      const mayCreate = ruleEngine.resolve("course:create");
      const may = (role: string) =>
        mayCreate &&
        ruleEngine.evaluate(mayCreate, { actor: { type: "human", role: { [role]: true } } });
      expect([may("instructor"), may("learner")]).toEqual([true, false]);
    });

    test.each(REQUIRED)("without %s there is one clear error that names it", async (key, named) => {
      const { [key]: _, ...lacking } = host.context;
      const another = createLMSPlugin();
      await expect(another.init(lacking as LMSPluginContext)).rejects.toThrow(
        `LMS plugin: missing required capability ${named}`,
      );
      await expect(another.getRoutes()[0]?.handler({ org: { id: "x" } })).rejects.toThrow(
        "call init(context) first",
      );
    });

    test("a second init is refused, so that nothing is heard twice", async () => {
      await expect(host.plugin.init(host.context)).rejects.toThrow("already initialized");
    });

    test("the manifest counts what the core is made of", () => {
      const { entities, events, commands, queries, fsms } = host.plugin.getManifest();
      const counts = [entities, events, commands, queries, fsms].map((one) => one.length);
      expect(counts).toEqual([11, 36, 42, 29, 5]);
    });
  });

  describe(`the contract on ${name}: commands, queries and roles`, () => {
    test("a command is carried out once for its key, and a query reads what it wrote", async () => {
      const { does, asks } = await school();
      const key = { idempotencyKey: "once" };
      const course = await does("instructor", "lms.course.create", DRAFT, key);
      expect(await does("instructor", "lms.course.create", DRAFT, key)).toEqual(course);
      const { data } = await asks("instructor", "lms.instructor.courses", {});
      expect(data).toMatchObject([{ id: course.id, status: "draft", version: 1 }]);
      const stale = does(
        "instructor",
        "lms.course.update",
        { courseId: course.id, title: "X" },
        {
          ifMatch: 7,
        },
      );
      await expect(stale).rejects.toMatchObject({ code: "STALE_VERSION", statusCode: 412 });
    });

    test("a role that may not, a stranger and the public are refused; the public reads the catalogue", async () => {
      const at = await school();
      const { slug } = await published(at);
      const { orgId } = at;
      await expect(at.does("learner", "lms.course.create", DRAFT)).rejects.toMatchObject({
        message: "Permission denied: course:create",
        statusCode: 403,
      });
      const by = (actorId: string) =>
        host.context.dispatch({
          ...{ type: "lms.course.create", payload: DRAFT, actorId, orgId, correlationId: "x" },
        });
      await expect(by("nobody")).rejects.toBeInstanceOf(LMSRefused);
      await expect(by("public")).rejects.toMatchObject({ statusCode: 401 });
      const params = { slug };
      const type = "lms.courses.getBySlug";
      const shown = await host.context.query<Answer>({ type, params, actorId: "public", orgId });
      expect(shown).toMatchObject({ slug, status: "published" });
    });

    test("another organization's course is not found, as one that there is not", async () => {
      const [mine, other] = [await school(), await school()];
      const { courseId } = await published(other);
      for (const id of [courseId, crypto.randomUUID()]) {
        await expect(
          mine.does("instructor", "lms.course.submitReview", { courseId: id }),
        ).rejects.toMatchObject({ message: "Course not found", statusCode: 404 });
      }
    });

    test("a feature that an organization switched off is off, and on again once it is", async () => {
      const { does } = await school();
      const { id: courseId } = await does("instructor", "lms.course.create", DRAFT);
      const cohort = { courseId, name: "Spring", capacity: 2, timezone: "UTC" };
      const dates = { startDate: "2099-01-01", endDate: "2099-02-01" };
      const make = () => does("instructor", "lms.cohort.create", { ...cohort, ...dates });
      const flag = (enableCohorts: boolean) =>
        does("lms-admin", "lms.settings.update", { features: { enableCohorts } });
      await flag(false);
      await expect(make()).rejects.toMatchObject({ code: "FEATURE_DISABLED", statusCode: 409 });
      await flag(true);
      expect(await make()).toMatchObject({ status: "scheduled" });
    });
  });

  describe(`the contract on ${name}: events, jobs and the queue`, () => {
    test("a course is learned to its certificate, and every event is heard to its end", async () => {
      const at = await school();
      const { courseId, moduleId } = await published(at);
      const { id: enrollmentId } = await at.does("learner", "lms.enrollment.create", { courseId });
      await at.does("learner", "lms.progress.complete", { enrollmentId, moduleId });
      await host.idle(at.orgId);
      expect(await at.asks("learner", "lms.enrollments.get", { id: enrollmentId })).toMatchObject({
        status: "completed",
        completionPct: 100,
      });
      expect(await at.asks("learner", "lms.certificates.list", {})).toMatchObject({
        data: [{ status: "valid" }],
      });
      const unsettled =
        "SELECT count(*) AS count FROM domain_event_log WHERE organization_id = ? AND settled_at IS NULL";
      expect(await counted(unsettled, at.orgId)).toBe(0);
    });

    test("whoever subscribes hears each event of a pattern once, until it lets go", async () => {
      const at = await school();
      const heard: string[] = [];
      const listen = (pattern: string) =>
        host.context.eventBus.subscribe(pattern, async (event) => {
          if (event.orgId === at.orgId) heard.push(`${pattern} ${event.type}`);
        });
      const off = [listen("course.*"), listen("course.published"), listen("enrollment.*")];
      const { courseId } = await published(at);
      await host.idle(at.orgId);
      expect(heard.toSorted()).toEqual([
        "course.* course.created",
        "course.* course.published",
        "course.* course.submitted-for-review",
        "course.* course.updated",
        "course.published course.published",
      ]);
      for (const unsubscribe of off) unsubscribe();
      await at.does("lms-admin", "lms.course.archive", { courseId });
      await host.idle(at.orgId);
      expect(heard).toHaveLength(5);
    });

    test("an event that the bus brings again has its effects once", async () => {
      const at = await school();
      const { courseId } = await published(at);
      await at.does("learner", "lms.enrollment.create", { courseId });
      await host.idle(at.orgId);
      const [row] = await logged(at.orgId, "enrollment.activated");
      if (!row) throw new Error("Nothing was activated");
      const effects = async () => [
        await counted(
          "SELECT count(*) AS count FROM event_deliveries WHERE event_id = ?",
          row.event_id,
        ),
        await counted(
          "SELECT count(*) AS count FROM lms_sends WHERE organization_id = ?",
          at.orgId,
        ),
      ];
      const before = await effects();
      expect(before.every((count) => count > 0)).toBe(true);
      const unsettle = "UPDATE domain_event_log SET settled_at = NULL WHERE event_id = ?";
      await host.context.db.execute(unsettle, [row.event_id]);
      for (let times = 0; times < 3; times++) await host.context.eventBus.publish(eventOf(row));
      await host.idle(at.orgId);
      expect(await effects()).toEqual(before);
    });

    test("a job is started once for its minute, and runs to its end", async () => {
      const jobs = host.plugin.getJobs();
      expect(jobs.map(({ name: job }) => job).toSorted()).toEqual([...CORE_JOBS].toSorted());
      const job = jobs.find((one) => one.name === "lms.enrollment-expiry-check");
      const dueAt = MINUTE * Math.floor(Math.random() * 1e6);
      expect(await job?.handler(dueAt)).toEqual({ started: true });
      expect(await job?.handler(dueAt)).toEqual({ started: false });
      await host.idle("*");
      const finished =
        "SELECT count(*) AS count FROM lms_job_runs WHERE due_at = ? AND finished_at IS NOT NULL";
      expect(await counted(finished, dueAt)).toBe(1);
    });

    test("the queue writes a task that it reads again", async () => {
      const { orgId } = await school();
      const { queue } = host.context;
      await expect(queue.add("lms.no-such-task", {})).rejects.toThrow("lms.no-such-task");
      const { id } = await queue.add("certification.render", {}, { orgId, subject: "gone" });
      await host.idle(orgId);
      const job = { name: "certification.render", status: "done" };
      expect(await queue.getJob(id)).toMatchObject(job);
      expect(await queue.getJob("nothing")).toBeNull();
    });
  });

  describe(`the contract on ${name}: routes and the end`, () => {
    test("each route stands once, with what a server has to know, and by-name routes beside", () => {
      const routes = host.plugin.getRoutes();
      const names = routes.map(({ method, path }) => `${method} ${path}`);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toEqual(
        expect.arrayContaining([
          ...lms.routes.map(({ method, path }) => `${method} ${path}`),
          "POST /lms/commands/:type",
          "POST /lms/queries/:type",
          "GET /lms/manifest",
          "PUT /files/*",
          "GET /files/*",
          "GET /lms/sessions/:sessionId/ws",
          "GET /lms/realtime",
        ]),
      );
    });

    test("their handlers act and answer by path, body and headers", async () => {
      const { orgId, idOf } = await school();
      const ctx = { actor: { id: idOf("instructor") }, org: { id: orgId } };
      const call = (method: string, path: string, more: object, body?: unknown) =>
        routeOf(host.plugin, method, path).handler({ ...ctx, ...more }, body) as Promise<Answer>;
      const made = await call("POST", "/lms/instructor/courses", {}, DRAFT);
      const path = "/lms/instructor/courses/:courseId";
      const at = { params: { courseId: made.id } };
      const matched = { ...at, headers: { "if-match": '"v1"' } };
      expect(await call("PATCH", path, matched, { title: "Renamed" })).toMatchObject({
        title: "Renamed",
        version: 2,
      });
      await expect(call("PATCH", path, matched, { title: "Late" })).rejects.toMatchObject({
        statusCode: 412,
      });
      expect(await call("GET", path, at)).toMatchObject({ id: made.id, title: "Renamed" });
      const listed = await call("POST", "/lms/queries/:type", {
        params: { type: "lms.instructor.courses" },
      });
      expect(listed.data).toHaveLength(1);
    });

    test("a ticket says once whom a socket is for, and which channels it may hear", async () => {
      const { orgId, idOf, does } = await school();
      const { ticket } = await does("lms-admin", "lms.realtime.ticket", {});
      const open = (query: object) =>
        routeOf(host.plugin, "GET", "/lms/realtime").handler({ query } as never);
      const { mayHear, ...whose } = (await open({ ticket })) as ChannelsSocket;
      expect(whose).toEqual({ orgId, userId: idOf("lms-admin") });
      const mine = learnerChannel(orgId, idOf("lms-admin"));
      const others = learnerChannel(orgId, idOf("learner"));
      const channels = [adminChannel(orgId), mine, others, adminChannel("elsewhere"), "nothing"];
      const heard = await Promise.all(channels.map((one) => mayHear(one)));
      expect(heard).toEqual([true, true, false, false, false]);
      for (const used of [{ ticket }, {}]) {
        await expect(open(used)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
      }
    });

    test("a file goes up by its signed address and comes down to its owner, over the host's storage", async () => {
      const { orgId, idOf, does } = await school();
      const bytes = new TextEncoder().encode("Lesson");
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      const announced = { name: "a.txt", contentType: "text/plain", size: bytes.byteLength };
      const file = await does("instructor", "lms.upload.create", {
        ...announced,
        sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
      });
      const { upload } = file as unknown as { upload: { url: string } };
      const url = new URL(upload.url);
      const at = { params: { "*": url.pathname.slice("/files/".length) } };
      const sent = {
        ...at,
        query: Object.fromEntries(url.searchParams),
        headers: { "content-type": "text/plain" },
        rawBody: bytes,
      };
      const put = routeOf(host.plugin, "PUT", "/files/*");
      expect(await put.handler(sent)).toMatchObject({ id: file.id, status: "ready" });
      await expect(put.handler(sent)).rejects.toMatchObject({ statusCode: 409 });
      const get = routeOf(host.plugin, "GET", "/files/*");
      const as = (actorId: string) =>
        get.handler({ ...at, actor: { id: actorId }, org: { id: orgId } });
      const { body, headers } = (await as(idOf("instructor"))) as RouteFile;
      expect(await new Response(body).text()).toBe("Lesson");
      expect(headers["content-type"]).toBe("text/plain");
      await expect(as(idOf("learner"))).rejects.toMatchObject({ statusCode: 404 });
    });

    test("after shutdown nothing is served, and the same plugin starts again on the same host", async () => {
      const { plugin, context } = host;
      await plugin.shutdown();
      const route = routeOf(plugin, "GET", "/lms/courses");
      await expect(route.handler({ org: { id: "x" } })).rejects.toThrow("call init(context) first");
      await plugin.init(context);
      const at = await school();
      const { courseId } = await published(at);
      await at.does("learner", "lms.enrollment.create", { courseId });
      await host.idle(at.orgId);
      const [row] = await logged(at.orgId, "enrollment.activated");
      expect(row?.settled_at).toBeGreaterThan(0);
    });
  });
}

function kernelOf({ host }: LMSPluginContext) {
  if (!host) throw new Error("Both hosts bring the kernel's own");
  return host;
}

function routeOf(plugin: LMSPlugin, method: string, path: string): RouteDefinition {
  const found = plugin.getRoutes().find((one) => one.method === method && one.path === path);
  if (!found) throw new Error(`There is no route ${method} ${path}`);
  return found;
}

type Logged = Record<string, string> & { version: number; occurred_at: number; settled_at: number };

const eventOf = (row: Logged): DomainEvent => ({
  id: String(row.event_id),
  type: String(row.event_name),
  version: row.version,
  kind: "domain",
  namespace: "lms",
  aggregateType: String(row.aggregate_type),
  aggregateId: String(row.aggregate_id),
  aggregateVersion: Number(row.aggregate_version),
  orgId: String(row.organization_id),
  actorId: String(row.actor_id),
  correlationId: String(row.correlation_id),
  causationId: null,
  occurredAt: row.occurred_at,
  payload: JSON.parse(String(row.payload)),
});
