import { sql } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found, guard, maybe, revise } from "../../kernel/statement.ts";
import { iso, shownInstant } from "../../kernel/time.ts";
import { configurationById, namesConfiguration } from "../configuration.ts";
import { configurationDeleted } from "../events.ts";
import { activeJobThrough } from "../job.ts";
import { configurationManageBy } from "../permissions.ts";
import { lmsConfigurations } from "../schema.ts";

export const openedxConfigurationDelete = command({
  type: "lms.openedx.configurationDelete",
  summary: "Forget a connection and its secrets; courses stay as they are on the instance",
  input: z.strictObject({ configurationId: id }),
  output: z.object({ id: z.string(), deletedAt: shownInstant }),
  permission: configurationManageBy,
  emits: [configurationDeleted],
  refuses: ["IMPORT_IN_PROGRESS"],
  revises: "configuration",
  read: ({ db, input, actor }) => ({
    configuration: found(
      "Configuration",
      configurationById(db, actor.orgId, input.configurationId),
    ),
    active: maybe(activeJobThrough(db, actor.orgId, input.configurationId)),
  }),
  decide: ({ configuration, active }, { db, actor, now }) => {
    if (active) {
      return refuse("IMPORT_IN_PROGRESS", "A job uses this connection: wait for it, or cancel it", {
        more: { jobId: active.id },
      });
    }
    const gone = { deletedAt: now, clientId: "", clientSecret: "", isActive: false };
    return {
      answer: { id: configuration.id, deletedAt: iso(now) },
      events: [event(configurationDeleted, configuration, namesConfiguration(configuration))],
      writes: [
        revise(db, lmsConfigurations, configuration, gone, { now }),
        guard(db, sql`not exists ${activeJobThrough(db, actor.orgId, configuration.id)}`),
      ],
    };
  },
});
