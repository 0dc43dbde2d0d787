import type { Refusal } from "../kernel/error.ts";
import type { Actor } from "../kernel/permission.ts";
import type { Platform } from "./platform.ts";

/** Who calls. `actor` is asked for by routes that need an organization; it may refuse. */
export type Caller = {
  /** The member, or the public of the organization that the request names. */
  actor(): Promise<Actor | Refusal>;
  /** A key of the rate limit: the actor's id, or the address of a caller without one. */
  readonly limitKey: string;
  readonly signedIn: boolean;
};

export type Variables = {
  platform: Platform;
  correlationId: string;
  caller: Caller;
  /** What the request's log line says beside the common fields. */
  line: Record<string, unknown>;
};
export type AppEnv = { Variables: Variables };
