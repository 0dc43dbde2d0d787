import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { found } from "../../kernel/statement.ts";
import { ownWordsById, showTemplate, templateAnswer, templateKey } from "../own-words.ts";
import { templatesBy } from "../permissions.ts";
import { lmsNotificationTemplates } from "../schema.ts";

export const templateReset = command({
  type: "lms.notificationTemplate.reset",
  summary: "Go back to the words that come with Lyceum",
  input: z.strictObject(templateKey),
  output: templateAnswer,
  permission: templatesBy,
  emits: [],
  refuses: [],
  read: ({ db, input, actor }) => ({
    own: found("Template", ownWordsById(db, actor.orgId, input.kind, input.language)),
  }),
  decide: ({ own }, { db, actor }) => ({
    answer: showTemplate(own.kind, own.language, undefined),
    writes: [
      db
        .delete(lmsNotificationTemplates)
        .where(
          and(
            eq(lmsNotificationTemplates.organizationId, actor.orgId),
            eq(lmsNotificationTemplates.id, own.id),
          ),
        ),
    ],
  }),
});
