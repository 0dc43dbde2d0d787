import * as z from "zod";
import { secretsKeys } from "../kernel/secrets.ts";
import { settingsOverride } from "../kernel/settings.ts";

/** The bindings of wrangler.toml; variables and secrets are read through `configOf` alone. */
export type Env = {
  DB: D1Database;
  FILES: R2Bucket;
  ASSETS: Fetcher;
  EVENTS: Queue;
  NOTIFICATIONS: Queue;
  TRACKING: Queue;
  JOBS: Queue;
  LIVE_SESSIONS: DurableObjectNamespace;
  LIVE_FAN_OUTS: DurableObjectNamespace;
  COHORTS: DurableObjectNamespace;
  CHANNELS: DurableObjectNamespace;
  REQUEST_LIMIT: RateLimit;
  SIGN_IN_LIMIT: RateLimit;
  PUBLISH_LIMIT: RateLimit;
  CONNECTION_TEST_LIMIT: RateLimit;
};

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
  );

const json = <T extends z.ZodType>(schema: T, empty: string) =>
  z
    .string()
    .default(empty)
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        ctx.addIssue({ code: "custom", message: "Not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

const secret = z.string().min(32, "At least 32 characters");

/** Every variable and secret of a deployment, and what each is for. */
const variables = z.object({
  ENVIRONMENT: z.enum(["development", "production"]).describe("Where this runs"),
  ORIGIN: z.url().describe("The public address, as in mails, links and QR codes"),
  AUTH_SECRET: secret.describe("Secret. Signs session cookies"),
  OPERATOR_KEY: secret.describe("Secret. Opens /ops/* and the detail of /health/lms"),
  SIGNING_KEY: secret.describe("Secret. Signs upload and download addresses"),
  SECRETS_KEYS: json(secretsKeys, "[]").describe(
    'Secret. JSON: `[{ "id": "2026-11", "key": "<32 bytes in base64>" }]`, the keys of secrets at rest. The first seals, all open; without one, connections to other systems are off',
  ),
  TRUSTED_ORIGINS: list.describe("Comma list: other origins whose pages may call with cookies"),
  ISSUERS: json(
    z.array(
      z.strictObject({
        issuer: z.url(),
        audience: z.string().min(1),
        jwksUrl: z.url(),
        orgId: z.string().min(1),
        rolesClaim: z.string().min(1).default("roles"),
      }),
    ),
    "[]",
  ).describe("JSON: identity providers whose JWTs are taken, each for one organization"),
  HOSTS: json(z.record(z.string(), z.string()), "{}").describe(
    "JSON: host name → organization's slug, for callers without an actor",
  ),
  SETTINGS: json(settingsOverride, "{}").describe(
    "JSON: features and defaults of the deployment; an organization's own stand above them",
  ),
  LIMITS: z.enum(["on", "lax"]).default("on").describe("Rate limits; `lax` in development"),
});

export type Config = Readonly<z.infer<typeof variables>>;

const configs = new WeakMap<object, Config>();

/** Parsed once an isolate; a missing or wrong value stops every request with its name. */
export function configOf(env: Env): Config {
  const known = configs.get(env);
  if (known) return known;
  const parsed = variables.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((one) => `${one.path.join(".")}: ${one.message}`);
    throw new Error(`Deployment is not configured: ${faults.join("; ")}`);
  }
  const config = Object.freeze({
    ...parsed.data,
    ORIGIN: parsed.data.ORIGIN.replace(/\/+$/, ""),
  });
  configs.set(env, config);
  return config;
}
