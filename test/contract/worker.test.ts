import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../src/cloudflare/env.ts";
import { hosted } from "../../src/cloudflare/plugin.ts";
import { drain } from "../harness/world.ts";
import { contractOf } from "./suite.ts";

contractOf("the Worker", async () => ({ ...(await hosted(env)), idle: drain }));

test("a deployment without a binding says which capability it lacks, and heals once it is bound", async () => {
  for (const [binding, named] of [
    ["DB", "database"],
    ["EVENTS", "eventBus"],
    ["JOBS", "queue"],
  ] as const) {
    const bindings: Partial<Env> = { ...env };
    delete bindings[binding];
    // SAFETY: a deployment whose wrangler.toml lost a line.
    await expect(hosted(bindings as Env)).rejects.toThrow(`missing required capability "${named}"`);
    bindings[binding] = env[binding] as never;
    await expect(hosted(bindings as Env)).resolves.toBeDefined();
  }
});
