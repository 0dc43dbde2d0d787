import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { isRefusal } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, revise } from "../../kernel/statement.ts";
import {
  configurationAnswer,
  configurationById,
  configurationFields,
  namesConfiguration,
  sealedFor,
  showConfiguration,
} from "../configuration.ts";
import { configurationUpdated } from "../events.ts";
import { configurationManageBy } from "../permissions.ts";
import { lmsConfigurations } from "../schema.ts";

const { type: _, ...changeable } = configurationFields;

export const openedxConfigurationUpdate = command({
  type: "lms.openedx.configurationUpdate",
  summary: "Change a connection; what is left out stays, its secrets too",
  input: z.strictObject({ configurationId: id, ...z.object(changeable).partial().shape }),
  output: configurationAnswer,
  permission: configurationManageBy,
  emits: [configurationUpdated],
  refuses: ["DUPLICATE", "FEATURE_DISABLED"],
  revises: "configuration",
  read: ({ db, input, actor }) => ({
    configuration: found(
      "Configuration",
      configurationById(db, actor.orgId, input.configurationId),
    ),
  }),
  consult: ({ configuration }, { input, ports }) => sealedFor(configuration, input, ports),
  decide: ({ configuration }, { db, input, now, consulted }) => {
    if (isRefusal(consulted)) return consulted;
    const { configurationId: __, ...given } = input;
    const updatedFields = Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    );
    if (updatedFields.length === 0) return { answer: showConfiguration(configuration) };
    const set = {
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      ...consulted,
      // Another address or client starts with a clean record.
      faultsInRow: 0,
      openUntil: null,
    };
    const next = { ...configuration, ...set, version: configuration.version + 1, updatedAt: now };
    return {
      answer: showConfiguration(next),
      events: [
        event(configurationUpdated, configuration, { ...namesConfiguration(next), updatedFields }),
      ],
      writes: [revise(db, lmsConfigurations, configuration, set, { now })],
    };
  },
});
