import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import {
  configurationAnswer,
  configurationFields,
  namesConfiguration,
  sealedFor,
  showConfiguration,
} from "../configuration.ts";
import { configurationCreated } from "../events.ts";
import { configurationManageBy } from "../permissions.ts";
import { type ConfigurationRow, lmsConfigurations } from "../schema.ts";

export const openedxConfigurationCreate = command({
  type: "lms.openedx.configurationCreate",
  summary: "Connect an Open edX instance; its secrets are kept sealed and shown to nobody",
  input: z.strictObject(configurationFields),
  output: configurationAnswer,
  statuses: [201],
  permission: configurationManageBy,
  emits: [configurationCreated],
  refuses: ["DUPLICATE", "FEATURE_DISABLED"],
  read: () => ({}),
  consult: async (_rows, { input, actor, id, ports }) => {
    const row = { id: id(), organizationId: actor.orgId };
    const sealed = await sealedFor(row, input, ports);
    return isRefusal(sealed) ? sealed : { ...row, ...sealed };
  },
  decide: (_rows, { db, input, actor, now, consulted }) => {
    if (isRefusal(consulted)) return consulted;
    const { clientId = "", clientSecret = "", ...ids } = consulted;
    const row: ConfigurationRow = {
      ...ids,
      type: input.type ?? "openedx",
      name: input.name,
      description: input.description ?? null,
      lmsUrl: input.lmsUrl,
      studioUrl: input.studioUrl,
      clientId,
      clientSecret,
      defaultOrg: input.defaultOrg,
      defaultRun: input.defaultRun ?? "self_paced",
      autoCreateCourse: input.autoCreateCourse ?? true,
      openassessment: input.openassessment ?? true,
      importTimeoutSeconds: input.importTimeoutSeconds ?? 300,
      maxRetries: input.maxRetries ?? 3,
      isActive: input.isActive ?? true,
      lastConnectionTest: null,
      lastConnectionStatus: null,
      faultsInRow: 0,
      openUntil: null,
      createdBy: actor.id,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    return {
      answer: showConfiguration(row),
      events: [event(configurationCreated, { id: row.id, version: 0 }, namesConfiguration(row))],
      writes: [db.insert(lmsConfigurations).values(row)],
    };
  },
});
