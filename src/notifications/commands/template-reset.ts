import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { showTemplate, templateAnswer, templateKey } from "../own-words.ts";
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
  read: () => ({}),
  decide: (_, { db, input: { kind, language }, actor }) => ({
    answer: showTemplate(kind, language, undefined),
    writes: [
      db
        .delete(lmsNotificationTemplates)
        .where(
          and(
            eq(lmsNotificationTemplates.organizationId, actor.orgId),
            eq(lmsNotificationTemplates.kind, kind),
            eq(lmsNotificationTemplates.language, language),
          ),
        ),
    ],
  }),
});
