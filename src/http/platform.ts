import type { CommandLimit } from "../kernel/command.ts";
import type { Registry } from "../kernel/context.ts";
import type { Host } from "../kernel/ports.ts";

/** A kept answer of the catalogue: status, body and ETag alone. */
export type NewAnswer = { status: number; body: string; etag: string | null };
export type KeptAnswer = Omit<NewAnswer, "body"> & { body: Uint8Array };

/** What the HTTP layer needs of whatever it runs on, for one request. */
export type Platform = {
  readonly registry: Registry;
  readonly host: Host;
  readonly meter: { trips: number; rows: number; ms: number };
  readonly config: {
    ENVIRONMENT: "development" | "production";
    ORIGIN: string;
    OPERATOR_KEY: string;
    TRUSTED_ORIGINS: readonly string[];
    SETTINGS: Host["settings"];
  };
  /** Where D1 stands after this request; undefined while nothing was asked. */
  bookmark(): string | undefined;
  /** Whether one more request of this key stays within the limit. */
  within(limit: "request" | "sign-in" | CommandLimit, key: string): Promise<boolean>;
  readonly kept: {
    get(key: string): Promise<KeptAnswer | undefined>;
    put(key: string, answer: NewAnswer): void;
  };
};
