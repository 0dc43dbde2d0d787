import type {
  LMSPluginContext,
  EventBus,
  FSMEngine,
  RuleEngine,
  Scheduler,
  Queue,
  Logger,
  DatabaseClient,
} from "../../../src/index.ts";

function createMockContext(): LMSPluginContext {
  const eventHandlers = new Map<string, Set<(event: any) => Promise<void>>>();

  const mockEventBus: EventBus = {
    publish: vi.fn().mockResolvedValue(undefined),
    subscribe: vi.fn((pattern, handler) => {
      if (!eventHandlers.has(pattern)) {
        eventHandlers.set(pattern, new Set());
      }
      eventHandlers.get(pattern)!.add(handler);
      return () => {
        eventHandlers.get(pattern)?.delete(handler);
      };
    }),
  };

  const mockFsmEngine: FSMEngine = {
    register: vi.fn(),
    transition: vi.fn().mockResolvedValue({}),
    getState: vi.fn().mockResolvedValue("draft"),
  };

  const mockRuleEngine: RuleEngine = {
    evaluate: vi.fn().mockReturnValue(true),
    register: vi.fn(),
    resolve: vi.fn(),
  };

  const mockScheduler: Scheduler = {
    schedule: vi.fn().mockResolvedValue(undefined),
    cancel: vi.fn().mockResolvedValue(undefined),
  };

  const mockQueue: Queue = {
    add: vi.fn().mockResolvedValue({ id: "job-1", status: "waiting" }),
    getJob: vi.fn().mockResolvedValue(null),
  };

  const mockLogger: Logger = {
    info: vi.fn(),
    error: vi.fn(),
    warn: vi.fn(),
    debug: vi.fn(),
  };

  const mockDb: DatabaseClient = {
    query: vi.fn().mockResolvedValue([]),
    execute: vi.fn().mockResolvedValue(undefined),
  };

  return {
    eventBus: mockEventBus,
    fsmEngine: mockFsmEngine,
    ruleEngine: mockRuleEngine,
    scheduler: mockScheduler,
    queue: mockQueue,
    realtime: {
      broadcast: vi.fn().mockResolvedValue(undefined),
      subscribe: vi.fn(),
      unsubscribe: vi.fn(),
    },
    db: mockDb,
    logger: mockLogger,
    dispatch: vi.fn().mockResolvedValue({}),
    query: vi.fn().mockResolvedValue(null),
    config: {
      features: {
        enableCertificates: true,
        enableCohorts: true,
        enableLiveSessions: true,
        enableQuizzes: true,
        enablePeerReview: false,
      },
      defaults: {
        completionThreshold: 80,
        refundWindowDays: 14,
        inactivityNudgeDays: 7,
        sessionReminderMinutes: [1440, 30],
        maxQuizAttempts: 3,
        certificateExpiresAfterDays: null,
      },
      adapters: {},
    },
  };
}

import { createLMSPlugin, LMS_MANIFEST } from "../../../src/index.ts";

describe("LMS Plugin", () => {
  it("should initialize successfully", async () => {
    const context = createMockContext();
    const lms = createLMSPlugin();

    await lms.init(context);

    expect(context.fsmEngine.register).toHaveBeenCalledTimes(5);
    expect(context.scheduler.schedule).toHaveBeenCalled();
    expect(context.logger.info).toHaveBeenCalledWith(
      "LMSPlugin initialized successfully",
      expect.objectContaining({
        entities: LMS_MANIFEST.entities.length,
        events: LMS_MANIFEST.events.length,
      }),
    );
  });

  it("should return correct manifest", () => {
    const lms = createLMSPlugin();
    const manifest = lms.getManifest();

    expect(manifest.id).toBe("lms");
    expect(manifest.name).toBe("Learning Management System");
    expect(manifest.requiredCapabilities).toContain("eventBus");
  });

  it("should shutdown cleanly", async () => {
    const context = createMockContext();
    const lms = createLMSPlugin();

    await lms.init(context);
    await lms.shutdown();

    expect(context.logger.info).toHaveBeenCalledWith(
      "LMSPlugin shutdown complete",
    );
  });
});
