import { expect, test } from "vitest";
import type { LMSPluginContext } from "../../src/embed/ports.ts";
import { lms } from "../../src/lms.ts";
import { createLMSPlugin } from "../../src/plugin.ts";
import { recordingContext } from "./embedder.ts";

const CAPABILITIES = [
  ["eventBus", '"eventBus"'],
  ["fsmEngine", '"fsmEngine"'],
  ["ruleEngine", '"ruleEngine"'],
  ["scheduler", '"scheduler"'],
  ["queue", '"queue"'],
  ["db", '"database" (context.db)'],
  ["dispatch", '"dispatch"'],
  ["query", '"query"'],
] as const;

test.each(CAPABILITIES)(
  "without %s nothing is registered, and the error names it",
  async (name, named) => {
    const { context } = recordingContext();
    const { [name]: _, ...lacking } = context;
    await expect(createLMSPlugin().init(lacking as unknown as LMSPluginContext)).rejects.toThrow(
      `LMS plugin: missing required capability ${named}`,
    );
    expect(context.fsmEngine.register).not.toHaveBeenCalled();
    expect(context.ruleEngine.register).not.toHaveBeenCalled();
    expect(context.eventBus.subscribe).not.toHaveBeenCalled();
    expect(context.scheduler.schedule).not.toHaveBeenCalled();
  },
);

test("an engine that lacks what is called on it is as good as missing", async () => {
  const { context } = recordingContext();
  const broken = { ...context, fsmEngine: {} } as unknown as LMSPluginContext;
  await expect(createLMSPlugin().init(broken)).rejects.toThrow(
    'LMS plugin: missing required capability "fsmEngine": it has no register()',
  );
});

test("a host without realtime is served all the same, for realtime is optional", async () => {
  const { context } = recordingContext();
  const { realtime: _, ...without } = context;
  const lyceum = createLMSPlugin();
  await lyceum.init(without);
  expect(context.logger.info).toHaveBeenCalledWith(
    "LMSPlugin initialized successfully",
    expect.objectContaining({
      realtime: false,
      entities: 11,
      events: 36,
      commands: 42,
      queries: 29,
    }),
  );
});

test("a second init is refused, so that nothing is registered twice", async () => {
  const { context } = recordingContext();
  const lyceum = createLMSPlugin();
  await lyceum.init(context);
  await expect(lyceum.init(context)).rejects.toThrow("LMS plugin: already initialized");
});

test("of two inits at once one is refused", async () => {
  const { context } = recordingContext();
  const lyceum = createLMSPlugin();
  const ended = await Promise.allSettled([lyceum.init(context), lyceum.init(context)]);
  expect(ended.map((one) => one.status)).toEqual(["fulfilled", "rejected"]);
});

/** The business rules that embedding systems are promised. */
const TEN_RULES = [
  "freeCourseSkipPayment",
  "noDuplicateActiveEnrollment",
  "certificateRequiresThreshold",
  "assignmentNoLateSubmission",
  "assignmentMaxAttempts",
  "coursePublishRequiresModule",
  "coursePublishRequiresPrice",
  "moduleSequentialLock",
  "cohortCapacityLimit",
  "refundWithinWindow",
];

test("every machine and rule is registered under its own name", async () => {
  const { context } = recordingContext();
  await createLMSPlugin().init(context);
  const machines = context.fsmEngine.register.mock.calls.map(([machine]) => machine.name);
  expect(new Set(machines).size).toBe(machines.length);
  expect(["course", "enrollment", "submission", "liveSession", "cohort"]).toEqual(
    expect.arrayContaining(machines),
  );
  const rules = context.ruleEngine.register.mock.calls.map(([id]) => id);
  const named = lms.contexts.flatMap((one) => one.rules?.map(({ id }) => id) ?? []);
  const definitions = [...lms.commands.values(), ...lms.queries.values()];
  const actions = new Set(definitions.map(({ permission }) => permission.action));
  expect(rules.toSorted()).toEqual([...named, ...actions].toSorted());
  expect(rules).toEqual(expect.arrayContaining(TEN_RULES));
});

test("shutdown lets go of every subscription and job, and the plugin may start again", async () => {
  const { context, unsubscribed } = recordingContext();
  const lyceum = createLMSPlugin();
  await lyceum.init(context);
  await lyceum.shutdown();
  const patterns = context.eventBus.subscribe.mock.calls.map(([pattern]) => pattern);
  expect(patterns.length).toBeGreaterThan(6);
  expect(unsubscribed.toSorted()).toEqual(patterns.toSorted());
  expect(context.scheduler.cancel.mock.calls.flat().toSorted()).toEqual(
    context.scheduler.schedule.mock.calls.map(([, name]) => name).toSorted(),
  );
  expect(context.logger.info).toHaveBeenLastCalledWith("LMSPlugin shutdown complete");
  await lyceum.init(context);
});

test("an engine that fails halfway leaves nothing subscribed behind", async () => {
  const { context, unsubscribed } = recordingContext();
  context.eventBus.subscribe.mockImplementation((pattern: string) => {
    if (pattern === "session.*") throw new Error("The bus is full");
    return () => {
      unsubscribed.push(pattern);
    };
  });
  const lyceum = createLMSPlugin();
  await expect(lyceum.init(context)).rejects.toThrow("The bus is full");
  const subscribed = context.eventBus.subscribe.mock.results.filter(
    ({ type }) => type === "return",
  );
  expect(unsubscribed).toHaveLength(subscribed.length);
  expect(context.logger.info).toHaveBeenCalledTimes(1);
});

test("what the context configures stands above what the plugin was made with", async () => {
  const { context } = recordingContext();
  const lyceum = createLMSPlugin({
    features: { enableCohorts: false, enablePeerReview: true },
    defaults: { refundWindowDays: 3 },
  });
  await lyceum.init({ ...context, config: { features: { enableCohorts: true } } });
  expect(lyceum.getConfig()).toMatchObject({
    features: { enableCohorts: true, enablePeerReview: true, enableQuizzes: true },
    defaults: { refundWindowDays: 3, completionThreshold: 80 },
  });
});

test("a misspelt setting is refused by its name, not silently ignored", () => {
  const config = { defaults: { refundWindowDays: -1 } };
  expect(() => createLMSPlugin(config)).toThrow("defaults.refundWindowDays");
});

test("the compose definition has all that a host's own mediator registers from", () => {
  const definition = createLMSPlugin().getComposeDefinition();
  expect([...definition.commandHandlers.keys()]).toEqual([...definition.commands.keys()]);
  expect([...definition.queryHandlers.keys()]).toEqual([...definition.queries.keys()]);
  expect(definition.events.size).toBe(lms.events.size);
  expect(definition.routes.length).toBeGreaterThan(lms.routes.length);
  expect(definition.jobs.every(({ cron }) => cron.split(" ").length === 5)).toBe(true);
});

test("a route called before init says so, instead of failing somewhere within", async () => {
  const [route] = createLMSPlugin().getRoutes();
  await expect(route?.handler({ org: { id: "org-1" } })).rejects.toThrow(
    "call init(context) first",
  );
});
