import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { html, sanitizer } from "../../kernel/html.ts";
import { line, prose } from "../../kernel/text.ts";
import { placeholdersOf } from "../kinds.ts";
import type { NoticeKind } from "../notice.ts";
import { previewOf, showTemplate, templateKey, templateWithPreview } from "../own-words.ts";
import { templatesBy } from "../permissions.ts";
import { lmsNotificationTemplates } from "../schema.ts";
import { htmlFault, templateOf } from "../template.ts";

const TEXT_MAX = 20_000;

export const templateSet = command({
  type: "lms.notificationTemplate.set",
  summary: "Say a kind of notice in the organization's own words",
  input: z
    .strictObject({
      ...templateKey,
      subject: line(200),
      text: prose(TEXT_MAX),
      html: html.nullable().default(null).describe("HTML; without it the text's paragraphs"),
    })
    .superRefine(({ kind, subject, text, html: marked }, ctx) => {
      for (const [path, source] of Object.entries({ subject, text, html: marked ?? "" })) {
        const message = faultOf(kind, source) ?? (path === "html" ? htmlFault(source) : undefined);
        if (message !== undefined) ctx.addIssue({ code: "custom", path: [path], message });
      }
    }),
  output: templateWithPreview,
  permission: templatesBy,
  emits: [],
  refuses: [],
  loads: [sanitizer],
  read: () => ({}),
  decide: (_, { db, input, actor, now, id }) => {
    const { kind, language, ...words } = input;
    const set = { ...words, updatedBy: actor.id, updatedAt: now };
    const key = { organizationId: actor.orgId, kind, language };
    return {
      answer: {
        ...showTemplate(kind, language, { ...words, updatedAt: now }),
        preview: previewOf(kind, language, words),
      },
      writes: [
        db
          .insert(lmsNotificationTemplates)
          .values({ id: id(), ...key, ...set, createdAt: now })
          .onConflictDoUpdate({
            target: [
              lmsNotificationTemplates.organizationId,
              lmsNotificationTemplates.kind,
              lmsNotificationTemplates.language,
            ],
            set,
          }),
      ],
    };
  },
});

function faultOf(kind: NoticeKind, source: string): string | undefined {
  const parsed = templateOf(source, placeholdersOf(kind));
  return "fault" in parsed ? parsed.fault : undefined;
}
