import { expect, test, vi } from "vitest";
import * as z from "zod";
import { commandHandler } from "../../src/embed/command-handler.ts";
import type { CommandContext } from "../../src/embed/handler-context.ts";
import { commandHandlers, queryHandlers } from "../../src/embed/handlers.ts";
import * as named from "../../src/embed/named-handlers.ts";
import { courseApproveHandler, courseCreateHandler } from "../../src/embed/named-handlers.ts";
import { LMSRefused } from "../../src/embed/refused.ts";
import { command } from "../../src/kernel/command.ts";
import { lms } from "../../src/lms.ts";
import { LMS_MANIFEST } from "../../src/manifest.ts";

const DRAFT = { title: "Course", type: "self-paced", level: "beginner" } as const;

function contextOf(role: string, more: Partial<CommandContext> = {}) {
  const emit = vi.fn();
  const ctx: CommandContext = {
    actor: { id: "someone", roles: [role], orgId: "org-1", type: "human" },
    org: { id: "org-1" },
    correlationId: "corr-1",
    emit,
    ...more,
  };
  return { ctx, emit };
}

async function refusalOf(run: Promise<unknown>): Promise<LMSRefused> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LMSRefused)) throw new Error(`No refusal: ${String(error)}`);
  return error;
}

test("a handler gives its events numbered and named, and its statements in their order", async () => {
  const written: string[] = [];
  const { ctx, emit } = contextOf("instructor", {
    write: ({ sql, params }) =>
      written.push(`${sql.split(" ").slice(0, 3).join(" ")} ${params.length}`),
  });
  const course = await courseCreateHandler({ payload: { ...DRAFT, tags: ["a"] } }, ctx);
  expect(emit).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({
      type: "course.created",
      namespace: "lms",
      aggregateId: course.id,
      aggregateVersion: 1,
      orgId: "org-1",
      actorId: "someone",
      correlationId: "corr-1",
      causationId: null,
    }),
  );
  expect(written[0]).toMatch(/^insert into "lms_courses" \d+$/);
  expect(written[1]).toBe('insert into "lms_course_tags" 3');
});

test("a role that may not is refused by the action's name, with the status for it", async () => {
  const refusal = await refusalOf(
    courseCreateHandler({ payload: DRAFT }, contextOf("learner").ctx),
  );
  expect(refusal).toMatchObject({
    message: "Permission denied: course:create",
    code: "PERMISSION_DENIED",
    statusCode: 403,
  });
});

test("what a context cannot read counts as absent", async () => {
  const { ctx, emit } = contextOf("lms-admin");
  const refusal = await refusalOf(courseApproveHandler({ payload: { courseId: "c-1" } }, ctx));
  expect(refusal).toMatchObject({
    message: "Course not found",
    code: "NOT_FOUND",
    statusCode: 404,
  });
  expect(emit).not.toHaveBeenCalled();
});

test("a payload that is wrong names each faulty field", async () => {
  const { ctx } = contextOf("instructor");
  const payload = { ...DRAFT, level: "expert", colour: "red" } as never;
  const refusal = await refusalOf(courseCreateHandler({ payload }, ctx));
  expect(refusal.errors?.map((one) => one.path).toSorted()).toEqual(["colour", "level"]);
  expect(refusal.statusCode).toBe(400);
});

test("a feature that the configuration switches off is off for handlers too", async () => {
  const made = commandHandler(
    command({
      type: "lms.test.do",
      summary: "Does nothing",
      input: z.strictObject({}),
      output: z.object({}),
      permission: { action: "test:do", any: ["lms-admin"] },
      feature: "enableCohorts",
      emits: [],
      refuses: [],
      read: () => ({}),
      decide: () => ({ answer: {} }),
    }),
  );
  const { ctx } = contextOf("lms-admin");
  await expect(made({ payload: {} }, ctx)).resolves.toEqual({});
  const off = { ...ctx, config: { features: { enableCohorts: false } } };
  expect(await refusalOf(made({ payload: {} }, off))).toMatchObject({ code: "FEATURE_DISABLED" });
});

test("every command and query has its handler, and none throws anything but a refusal at an empty payload", async () => {
  expect([...commandHandlers.keys()]).toEqual([...lms.commands.keys()]);
  expect([...queryHandlers.keys()].toSorted()).toEqual([...lms.queries.keys()].toSorted());
  for (const handler of commandHandlers.values()) {
    const { ctx } = contextOf("lms-admin");
    const ended = await handler({ payload: {} }, ctx).catch((error: unknown) => error);
    if (ended instanceof Error) expect(ended).toBeInstanceOf(LMSRefused);
  }
});

test("each command of the core has its handler exported under its name", () => {
  const missing = LMS_MANIFEST.commands
    .map((type) => {
      const [, noun = "", verb = ""] = type.split(".");
      return `${noun}${verb[0]?.toUpperCase()}${verb.slice(1)}Handler`;
    })
    .filter((name) => !(name in named));
  expect(missing).toEqual([]);
});
