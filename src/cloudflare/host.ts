import { addressesOf, signatureOf } from "../files/signature.ts";
import { standing } from "../identity/statements.ts";
import { newId } from "../kernel/id.ts";
import type { Host, LogLine } from "../kernel/ports.ts";
import { type Secrets, secretsOf } from "../kernel/secrets.ts";
import { clock } from "./clock.ts";
import { databases, type Meter } from "./d1.ts";
import { type Config, configOf, type Env } from "./env.ts";
import { filesIn, fontsIn } from "./files.ts";
import { lmsPort } from "./lms.ts";
import { cohortsPort, realtimePort, seatsPort, sessionsPort } from "./objects.ts";
import { send } from "./outbox.ts";

export type Unit = { host: Host; meter: Meter; bookmark: () => string | undefined };

type Lasting = Omit<Host, "databaseFor" | "after">;
/** Asks the clock each time: a host outlives the turns that a test gives it. */
const now = (): number => clock.now();
const lasting = new WeakMap<Env, Lasting>();

/** What is the same for every unit of work of a deployment, made once an isolate. */
function lastingOf(env: Env): Lasting {
  const known = lasting.get(env);
  if (known) return known;
  const config = configOf(env);
  const made: Lasting = {
    now,
    id: newId,
    settings: config.SETTINGS,
    databaseNameOf: () => "DB",
    standing,
    seats: seatsPort(env),
    ports: {
      files: filesIn(env.FILES),
      fonts: fontsIn(env.ASSETS),
      sessions: sessionsPort(env),
      cohorts: cohortsPort(env),
      realtime: realtimePort(env),
      origin: config.ORIGIN,
      environment: config.ENVIRONMENT,
      secrets: secretsFor(config),
      lms: lmsPort(config.ENVIRONMENT),
      sign: (message) => signatureOf(config.SIGNING_KEY, message),
      ...addressesOf({ secret: config.SIGNING_KEY, origin: config.ORIGIN, now }),
    },
    send: (committed) => send(env, committed),
    log,
  };
  lasting.set(env, made);
  return made;
}

/** What the kernel stands on for one request, queue batch, cron run or alarm. */
export function unitOf(
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  meter: Meter,
  bookmark?: string,
): Unit {
  const opened = databases(env.DB, meter, bookmark);
  const host: Host = {
    ...lastingOf(env),
    databaseFor: (_orgId, freshness = "primary") => opened.for(freshness),
    after: (work) => ctx.waitUntil(work().catch((error) => logLeft(error))),
  };
  return { host, meter, bookmark: opened.bookmark };
}

/** Its keys are imported once an isolate. */
function secretsFor(config: Config): Secrets | undefined {
  if (!sealed.has(config)) sealed.set(config, secretsOf(config.SECRETS_KEYS));
  return sealed.get(config);
}
const sealed = new WeakMap<Config, Secrets | undefined>();

/** What failed after the answer is in the outbox still: the relay sends it. */
function logLeft(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  log({ level: "warn", unit: "send", outcome: "left to the relay", error: text });
}

/** One JSON line a unit of work; never a payload, a name or a secret. */
export function log(line: LogLine): void {
  console.log(JSON.stringify(line));
}
