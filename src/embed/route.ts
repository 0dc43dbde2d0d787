import type { SuccessStatus } from "../kernel/command.ts";
import { type Code, refuse } from "../kernel/error.ts";
import { type Actor, isRole } from "../kernel/permission.ts";
import type { Method } from "../kernel/route.ts";
import { LMSRefused } from "./refused.ts";

/** What an HTTP server says of a request. Only the actor, where there is one, and the organization are needed. */
export type RouteContext = {
  actor?: { id: string; orgId?: string; type?: string; roles?: readonly string[] } | null;
  org?: { id: string } | null;
  correlationId?: string;
  params?: Record<string, unknown>;
  /** The query string's fields; a repeated one is a list. */
  query?: unknown;
  headers?: Record<string, string | string[] | undefined>;
  rawBody?: string | Uint8Array;
};

export type RouteDefinition = {
  method: Method;
  /** `:name` is a parameter; `*` at the end is the rest of the path, decoded, and `params["*"]`. */
  path: string;
  /** Gives the body of the answer; throws LMSRefused, whose `statusCode` is the answer's. */
  handler(ctx: RouteContext, body?: unknown): Promise<unknown>;
  metadata: {
    /** The command or query that it stands for. */
    type?: string;
    summary: string;
    /** Whoever asks need not be signed in. */
    public: boolean;
    successStatus: SuccessStatus;
    /** Where what was created can be read: fields of the answer in braces. */
    location?: string;
    refuses: readonly Code[];
    /** Not JSON but a socket: the handler says whom its ticket let in, and the server upgrades. */
    upgrade: boolean;
    /** Not JSON but a file: PUT takes it from `rawBody`, GET gives it as RouteFile, which it may make as it is read. */
    file: boolean;
    /** Called by a provider, who signs `rawBody`. */
    webhook: boolean;
  };
};

/** A file as its bytes, and the headers that it has to be sent with. */
export type RouteFile = {
  body: ReadableStream<Uint8Array>;
  headers: Record<string, string>;
};

export const PLAIN = {
  successStatus: 200,
  refuses: [],
  upgrade: false,
  file: false,
  webhook: false,
} as const;

export function whoOf({ actor, org }: RouteContext): {
  actorId: string;
  orgId: string;
  actor?: Actor;
} {
  const orgId = org?.id ?? actor?.orgId;
  if (orgId === undefined) {
    throw new LMSRefused(refuse("VALIDATION_FAILED", "Say which organization this is about"));
  }
  if (!actor) return { actorId: "public", orgId };
  const roles = actor.roles?.filter(isRole);
  const type = actor.type === "api_key" ? "api_key" : "human";
  return {
    actorId: actor.id,
    orgId,
    ...(roles ? { actor: { id: actor.id, type, roles, orgId } } : {}),
  };
}

export function headerOf({ headers }: RouteContext, name: string): string | undefined {
  const value = headers?.[name];
  return Array.isArray(value) ? value[0] : value;
}
