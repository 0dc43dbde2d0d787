import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { handInForgotten } from "../assessment/quiz-overdue.ts";
import { bytesOf } from "../embed/bytes.ts";
import { busOf, machinesOn, rulesOf, scheduling } from "../embed/engines.ts";
import { hostOf } from "../embed/host.ts";
import { mediatorOn } from "../embed/mediator.ts";
import type { LMSPluginConfig, LMSPluginContext, Logger, RealtimeGateway } from "../embed/ports.ts";
import { queueOn } from "../embed/queue.ts";
import { addressesOf, signatureOf } from "../files/signature.ts";
import { standing } from "../identity/statements.ts";
import { newId } from "../kernel/id.ts";
import { startDueJobs } from "../kernel/job-run.ts";
import { relay } from "../kernel/outbox.ts";
import type { Files } from "../kernel/ports.ts";
import { MINUTE } from "../kernel/time.ts";
import { lms } from "../lms.ts";
import { people } from "./people.ts";
import { sqliteInMemory } from "./sqlite.ts";

type Options = {
  config?: LMSPluginConfig;
  origin?: string;
  now?: () => number;
  logger?: Logger;
  /** Folders of the SQL and of the certificates' fonts; the package's own where none is named. */
  migrations?: string;
  fonts?: string;
  /** What the realtime gateway is asked to broadcast. */
  onBroadcast?: (channel: string, event: string, payload: unknown) => void;
};

const FONTS = join(import.meta.dirname, "..", "..", "public", "fonts");
const quiet = () => undefined;
const SILENT: Logger = { info: quiet, error: quiet, warn: quiet, debug: quiet };

/** A host of the core in plain Node: the same SQL in memory, an event bus, timers. Gone with its process. */
export function createInMemoryHost(options: Options = {}) {
  const { config = {}, origin = "http://localhost", now = Date.now, logger = SILENT } = options;
  const secret = newId();
  const db = sqliteInMemory(options.migrations);
  const eventBus = busOf(logger);
  const { scheduler, due } = scheduling();
  const realtime = gatewayIn(options.onBroadcast ?? quiet);
  const host = hostOf({ db, eventBus, logger, realtime }, config, {
    now,
    standing,
    ports: {
      origin,
      files: filesIn(),
      fonts: {
        load: async (name) => fontOf(await readFile(join(options.fonts ?? FONTS, `${name}.ttf`))),
      },
      sign: (message) => signatureOf(secret, message),
      ...addressesOf({ secret, origin, now }),
    },
  });
  const context: LMSPluginContext = {
    eventBus,
    fsmEngine: machinesOn(db),
    ruleEngine: rulesOf(),
    queue: queueOn(host),
    scheduler,
    realtime,
    db,
    logger,
    ...mediatorOn(host),
    config,
    host,
  };
  /** The minute: what was left undone is taken up again, and the jobs that fell due are started. */
  const minute = async (): Promise<void> => {
    await relay(host, (kind) => lms.tasks.get(kind)?.queue);
    await handInForgotten(host);
    await startDueJobs(host, due(lms));
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    context,
    ...people(host),
    minute,
    /** Lets the minutes pass by themselves. */
    start(): void {
      timer ??= setInterval(() => host.after(minute), MINUTE);
    },
    /** Settles once all is done but what waits for its time. */
    idle: () => host.idle(),
    async close(): Promise<void> {
      clearInterval(timer);
      host.stop();
      await host.idle();
      db.close();
    },
  };
}

export type InMemoryHost = ReturnType<typeof createInMemoryHost>;

function gatewayIn(onBroadcast: NonNullable<Options["onBroadcast"]>): RealtimeGateway {
  return {
    broadcast: async (...message) => onBroadcast(...message),
    subscribe: quiet,
    unsubscribe: quiet,
  };
}

function filesIn(): Files {
  const kept = new Map<string, { bytes: Uint8Array<ArrayBuffer>; contentType: string }>();
  return {
    async put(key, body, contentType) {
      kept.set(key, {
        bytes: await bytesOf(body instanceof Uint8Array ? body : body.stream),
        contentType,
      });
    },
    async get(key, range) {
      const file = kept.get(key);
      if (!file) return null;
      const { offset = 0, length = file.bytes.byteLength - offset } = range ?? {};
      const part = new Blob([file.bytes.slice(offset, offset + length)]);
      const about = {
        size: file.bytes.byteLength,
        contentType: file.contentType,
        etag: `"${key}"`,
      };
      return { ...about, body: part.stream(), ...(range ? { range: { offset, length } } : {}) };
    },
    async delete(keys) {
      for (const key of keys) kept.delete(key);
    },
  };
}

const fontOf = ({ buffer, byteOffset, byteLength }: Buffer<ArrayBuffer>): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength);
