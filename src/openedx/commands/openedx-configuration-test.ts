import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { adapterOf, configurationById, namesConfiguration } from "../configuration.ts";
import { configurationTested } from "../events.ts";
import { configurationManageBy } from "../permissions.ts";
import { lmsConfigurations } from "../schema.ts";

export const openedxConfigurationTest = command({
  type: "lms.openedx.configurationTest",
  summary: "Try a connection: its hosts, its credentials and their rights, within ten seconds",
  input: z.strictObject({ configurationId: id }),
  output: z.object({
    success: z.boolean(),
    latencyMs: z.int(),
    message: z.string(),
    code: z.string().nullable().describe("What is wrong, as an import job's errorCode"),
    testedAt: shownInstant,
    version: z.int(),
  }),
  limit: { name: "connection-test", by: "configurationId" },
  permission: configurationManageBy,
  emits: [configurationTested],
  refuses: ["FEATURE_DISABLED"],
  read: ({ db, input, actor }) => ({
    configuration: found(
      "Configuration",
      configurationById(db, actor.orgId, input.configurationId),
    ),
  }),
  consult: async ({ configuration }, { ports }) => {
    const adapter = await adapterOf(configuration, ports);
    return isRefusal(adapter) ? adapter : adapter.testConnection();
  },
  decide: ({ configuration }, { db, now, consulted }) => {
    if (isRefusal(consulted)) return consulted;
    const { success, latencyMs, message } = consulted;
    const code = consulted.success ? undefined : consulted.code;
    const names = namesConfiguration(configuration);
    const set = {
      lastConnectionTest: now,
      lastConnectionStatus: success ? ("success" as const) : ("failed" as const),
      ...(success ? { faultsInRow: 0, openUntil: null } : {}),
    };
    return {
      answer: {
        success,
        latencyMs,
        message,
        code: code ?? null,
        testedAt: iso(now),
        version: configuration.version + 1,
      },
      events: [
        event(configurationTested, configuration, { ...names, success, ...(code && { code }) }),
      ],
      writes: [revise(db, lmsConfigurations, configuration, set, { now })],
    };
  },
});
