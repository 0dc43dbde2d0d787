import { inject } from "vitest";
import type { InstanceScript, Seen } from "../harness/open-edx.ts";
import { command, type Json, ok, type World } from "../harness/world.ts";

/** An instance of its own on the local server, and what it is told and has seen. */
export async function newInstance(script: InstanceScript = {}) {
  const { url } = (await (await fetch(`${inject("openEdxUrl")}/new`)).json()) as { url: string };
  const set = async (change: InstanceScript): Promise<void> => {
    await (await fetch(`${url}/script`, { method: "POST", body: JSON.stringify(change) })).text();
  };
  await set(script);
  return {
    lmsUrl: `${url}/lms`,
    studioUrl: `${url}/studio`,
    set,
    seen: async (): Promise<Seen> => (await fetch(`${url}/seen`)).json(),
  };
}
export type Instance = Awaited<ReturnType<typeof newInstance>>;

export const connection = (at: Pick<Instance, "lmsUrl" | "studioUrl">, more: Json = {}): Json => ({
  name: `Campus ${at.lmsUrl}`.slice(0, 100),
  lmsUrl: at.lmsUrl,
  studioUrl: at.studioUrl,
  clientId: "client",
  clientSecret: "secret",
  defaultOrg: "MegaCampus",
  ...more,
});

/** A connection of the organization to an instance. */
export const connected = async (
  world: World,
  at: Pick<Instance, "lmsUrl" | "studioUrl">,
  more: Json = {},
): Promise<Json> =>
  ok(await command("lms.openedx.configurationCreate", connection(at, more), world.orgAdmin));
