import { exports } from "cloudflare:workers";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createLyceumClient, LyceumProblem } from "../../src/exports/client.ts";
import { publishedCourse } from "../harness/course.ts";
import { newOrganization, ORIGIN, type Person } from "../harness/world.ts";

const clientOf = (person?: Person, orgId?: string) =>
  createLyceumClient({
    url: `${ORIGIN}/`,
    ...(person ? { token: person.key } : {}),
    ...(orgId === undefined ? {} : { orgId }),
    fetch: (url, init) => exports.default.fetch(url, init),
  });

const DRAFT = { title: "Course", type: "self-paced", level: "beginner" } as const;

async function problemOf(call: Promise<unknown>): Promise<LyceumProblem> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LyceumProblem)) throw new Error(`No problem: ${String(error)}`);
  return error;
}

describe("the typed client", () => {
  test("creates by a command, reads by a route, and knows both answers' fields", async () => {
    const world = await newOrganization();
    const author = clientOf(world.instructor);
    const course = await author.command("lms.course.create", { ...DRAFT, tags: ["edge"] });
    expectTypeOf(course.status).toEqualTypeOf<
      "draft" | "under-review" | "published" | "archived"
    >();
    const read = await author.request("GET /lms/instructor/courses/:courseId", {
      courseId: course.id,
    });
    expect(read).toMatchObject({ id: course.id, tags: ["edge"], status: "draft" });
  });

  test("a route's method, path parameters and body are sent as the reference has them", async () => {
    const world = await newOrganization();
    const author = clientOf(world.instructor);
    const { id, version } = await author.request("POST /lms/instructor/courses", DRAFT);
    const change = { courseId: id, title: "Renamed" };
    const changed = await author.request("PATCH /lms/instructor/courses/:courseId", change, {
      version,
    });
    expect(changed.title).toBe("Renamed");
    const stale = author.request("PATCH /lms/instructor/courses/:courseId", change, { version });
    expect(await problemOf(stale)).toMatchObject({ status: 412, code: "STALE_VERSION" });
  });

  test("a list in a query string arrives as a list", async () => {
    const world = await newOrganization();
    await publishedCourse(world, { course: { tags: ["one", "two"] } });
    await publishedCourse(world, { course: { tags: ["one"] } });
    const { data } = await clientOf(undefined, world.orgId).request("GET /lms/courses", {
      tags: ["one", "two"],
    });
    expect(data).toHaveLength(1);
  });

  test("a refusal is an error with its code, its status and each faulty field", async () => {
    const world = await newOrganization();
    const wrong = { ...DRAFT, level: "expert" } as unknown as typeof DRAFT;
    const faulty = await problemOf(clientOf(world.instructor).command("lms.course.create", wrong));
    expect(faulty).toMatchObject({ status: 400, code: "VALIDATION_FAILED" });
    expect(faulty.errors.map((one) => one.path)).toEqual(["level"]);
    const denied = clientOf(world.learner).command("lms.course.create", DRAFT, {
      correlationId: "seen-again",
    });
    expect(await problemOf(denied)).toMatchObject({
      message: "Permission denied: course:create",
      status: 403,
      code: "PERMISSION_DENIED",
      correlationId: "seen-again",
    });
  });

  test("the same idempotency key creates once, so that a retry is safe", async () => {
    const world = await newOrganization();
    const author = clientOf(world.instructor);
    const key = { idempotencyKey: "once" };
    const first = await author.command("lms.course.create", DRAFT, key);
    const again = await author.command("lms.course.create", DRAFT, key);
    expect(again.id).toBe(first.id);
    const { data } = await author.query("lms.instructor.courses");
    expect(data).toHaveLength(1);
  });

  test("rows go from page to page until the last", async () => {
    const world = await newOrganization();
    const author = clientOf(world.instructor);
    for (const title of ["A", "B", "C"])
      await author.command("lms.course.create", { ...DRAFT, title });
    const titles: string[] = [];
    for await (const row of author.rows("lms.instructor.courses", { limit: 1 })) {
      titles.push(row.title);
    }
    expect(titles.toSorted()).toEqual(["A", "B", "C"]);
  });

  test("a call that was given up rejects with the signal's reason", async () => {
    const world = await newOrganization();
    const given = { signal: AbortSignal.abort(new Error("No longer wanted")) };
    const call = clientOf(world.learner).query("lms.courses.list", {}, given);
    await expect(call).rejects.toThrow("No longer wanted");
  });

  test("an answer that is no problem of ours still becomes one", async () => {
    const client = createLyceumClient({
      url: "https://lms.test",
      fetch: async () =>
        new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "retry-after": "3" } }),
    });
    const problem = await problemOf(client.query("lms.courses.list"));
    expect(problem).toMatchObject({ status: 502, code: "INTERNAL", retryAfterSeconds: 3 });
  });

  test("a path parameter that is missing is told before anything is sent", async () => {
    const client = clientOf();
    const lacking = { slug: "" };
    expect(() => client.request("GET /lms/courses/:slug", lacking)).toThrow("needs slug");
  });
});
