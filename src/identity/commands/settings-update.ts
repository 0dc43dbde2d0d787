import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { settingsChange, settingsChanged } from "../../kernel/settings.ts";
import { found } from "../../kernel/statement.ts";
import { settingsUpdated } from "../events.ts";
import { settingsUpdateBy } from "../permissions.ts";
import { lmsSettings } from "../schema.ts";
import { ownOf, settingsAnswer, settingsRow, showSettings } from "../settings.ts";

export const settingsUpdate = command({
  type: "lms.settings.update",
  summary: "Change the organization's features and defaults; null gives a value up",
  input: settingsChange,
  output: settingsAnswer,
  permission: settingsUpdateBy,
  emits: [settingsUpdated],
  refuses: [],
  revises: "settings",
  read: ({ db, actor }) => ({ settings: found("Settings", settingsRow(db, actor.orgId)) }),
  decide: ({ settings }, { db, input, actor, now, deployment }) => {
    const { own, updatedFields } = settingsChanged(ownOf(settings), input);
    if (updatedFields.length === 0) return { answer: showSettings(settings, own, deployment) };
    const row = { ...own, version: settings.version + 1, updatedAt: now };
    return {
      answer: showSettings(row, own, deployment),
      events: [event(settingsUpdated, settings, { updatedFields })],
      writes: [
        db
          .insert(lmsSettings)
          .values({ ...row, id: settings.id, organizationId: actor.orgId, createdAt: now })
          .onConflictDoUpdate({ target: lmsSettings.organizationId, set: row }),
      ],
    };
  },
});
