import { and, eq } from "drizzle-orm";
import type { Db } from "../kernel/statement.ts";
import type { NoticeKind } from "./notice.ts";
import { lmsNotificationTemplates } from "./schema.ts";

/** An organization's own words for a kind, in each language that it has them in. */
export const ownWordsOf = (db: Db, orgId: string, kind: NoticeKind) =>
  db
    .select({
      language: lmsNotificationTemplates.language,
      subject: lmsNotificationTemplates.subject,
      text: lmsNotificationTemplates.text,
      html: lmsNotificationTemplates.html,
    })
    .from(lmsNotificationTemplates)
    .where(
      and(
        eq(lmsNotificationTemplates.organizationId, orgId),
        eq(lmsNotificationTemplates.kind, kind),
      ),
    );
