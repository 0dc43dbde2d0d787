import { settingsOfOrganization } from "../identity/statements.ts";
import { deliver } from "../kernel/delivery.ts";
import { errorText } from "../kernel/error.ts";
import { newId } from "../kernel/id.ts";
import type { Host, LogLine, Ports, Standing, TaskRef } from "../kernel/ports.ts";
import type { SettingsOverride } from "../kernel/settings.ts";
import { runTask } from "../kernel/task-run.ts";
import { lms } from "../lms.ts";
import { bytesOf } from "./bytes.ts";
import { databaseOn } from "./client-database.ts";
import { overridesOf } from "./config.ts";
import { NO_OTHER_LMS } from "./other-lms.ts";
import type {
  EmbeddedHost,
  LMSPluginConfig,
  LMSPluginContext,
  Logger,
  RealtimeGateway,
} from "./ports.ts";
import { NOBODY_ONLINE, seatsIn } from "./seats.ts";

type Stands = Pick<LMSPluginContext, "db" | "eventBus" | "logger" | "realtime">;
type Chosen = Partial<Pick<Host, "now" | "id" | "standing" | "seats">> & {
  ports?: Partial<Ports>;
};

export function hostOf(
  { db, eventBus, logger, realtime }: Stands,
  config: LMSPluginConfig,
  chosen: Chosen = {},
): EmbeddedHost {
  const { now = Date.now, id = newId } = chosen;
  const database = databaseOn(db);
  const busy = busyness(logger);
  const seats = seatsIn(() => database, now);
  const run = async (ref: TaskRef): Promise<void> => {
    const verdict = await runTask(host, lms, ref);
    if (verdict.again) busy.later(verdict.inMs, () => run(ref));
  };
  const host: EmbeddedHost = {
    now,
    id,
    settings: overridesOf(config),
    databaseFor: () => database,
    databaseNameOf: () => "the one",
    standing: chosen.standing ?? asGiven,
    seats: chosen.seats ?? seats,
    ports: {
      ...portsOf(config),
      realtime: channelsOn(realtime),
      cohorts: { ...NOBODY_ONLINE, tell: seats.offering(() => host, lms, busy.later) },
      ...chosen.ports,
    },
    async send({ events, tasks }) {
      for (const event of events) await eventBus.publish(event);
      for (const ref of tasks) busy.later(0, () => run(ref));
    },
    after: (work) => busy.later(0, work),
    log: (line) => logTo(logger, line),
    async hear(event) {
      const [verdict] = await deliver(host, lms, [event]);
      if (verdict && !verdict.settled) busy.later(verdict.retryInMs, () => host.hear(event));
    },
    idle: busy.idle,
    stop: busy.stop,
  };
  return host;
}

/** Membership and suspension are looked after by whoever dispatches. */
const asGiven: Standing = {
  read: (db, actor) => settingsOfOrganization(db, actor.orgId),
  judge: (row, actor) => ({
    actor,
    // SAFETY: the row of read() just above.
    settings: (row as SettingsOverride | undefined) ?? null,
  }),
};

/** What a host has not given is not there: what needs it fails, and says what is missing. */
function portsOf({ adapters }: LMSPluginConfig): Omit<Ports, "realtime"> {
  const storage = adapters?.storage;
  const missing = (what: string) => () => Promise.reject(new Error(`This host has no ${what}`));
  return {
    origin: "",
    files: {
      put: storage
        ? async (key, body, contentType) => {
            await storage.upload(
              key,
              await bytesOf(body instanceof Uint8Array ? body : body.stream),
              { contentType },
            );
          }
        : missing("storage adapter"),
      get: async () => null,
      delete: storage
        ? async (keys) => {
            for (const key of keys) await storage.delete(key);
          }
        : missing("storage adapter"),
    },
    signedUrl: storage
      ? (key, { seconds }) => storage.getSignedUrl(key, seconds)
      : missing("storage adapter"),
    uploadUrl: missing("direct uploads"),
    sign: missing("signing key"),
    environment: "production",
    secrets: undefined,
    lms: NO_OTHER_LMS,
    fonts: { load: missing("fonts") },
    // Without objects nobody is connected to one, so there is nobody to tell.
    sessions: { tell: async () => undefined, drop: async () => undefined, said: async () => [] },
    cohorts: { ...NOBODY_ONLINE, tell: async () => undefined },
  };
}

/** The host's gateway: its events come by its bus, the rest from tasks; whom it lets listen is its own. */
const channelsOn = (realtime: RealtimeGateway | undefined): Ports["realtime"] => ({
  bridged: true,
  async publish(_orgId, messages) {
    for (const { id: _, ...message } of messages) {
      await realtime?.broadcast(message.channel, message.type, message);
    }
  },
  drop: async () => undefined,
  recheck: async () => undefined,
});

function logTo(logger: Logger, { level, unit, ...meta }: LogLine): void {
  logger[level](`lms ${unit}`, meta);
}

/** Work that nobody waits for, now or later, and when it is all done. */
function busyness(logger: Logger) {
  const waiting = new Set<ReturnType<typeof setTimeout>>();
  const running = new Set<Promise<void>>();
  const start = (work: () => Promise<void>): void => {
    const done = work().catch((error) =>
      logger.warn("lms left to the relay", { error: errorText(error) }),
    );
    running.add(done);
    done.finally(() => running.delete(done));
  };
  return {
    later(inMs: number, work: () => Promise<void>): void {
      if (inMs <= 0) {
        start(work);
        return;
      }
      const timer = setTimeout(() => {
        waiting.delete(timer);
        start(work);
      }, inMs);
      waiting.add(timer);
    },
    async idle(): Promise<void> {
      while (running.size > 0) await Promise.all(running);
    },
    stop(): void {
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
}
