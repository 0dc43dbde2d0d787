import { context } from "../kernel/context.ts";
import { tellAudience } from "./audience-tasks.ts";
import { notificationPrefer } from "./commands/notification-prefer.ts";
import { notificationRead } from "./commands/notification-read.ts";
import { notificationUnsubscribe } from "./commands/notification-unsubscribe.ts";
import { templateReset } from "./commands/template-reset.ts";
import { templateSet } from "./commands/template-set.ts";
import { listeners } from "./listeners.ts";
import { tellNotices } from "./notice-tasks.ts";
import { personalMails, personalNotices, personalSends } from "./personal.ts";
import {
  adminTemplate,
  adminTemplates,
  notificationPreferences,
  notificationsList,
} from "./queries.ts";
import { routes } from "./routes.ts";
import { notificationsMail } from "./tasks.ts";

export const notifications = context({
  name: "notifications",
  commands: [
    notificationRead,
    notificationPrefer,
    notificationUnsubscribe,
    templateSet,
    templateReset,
  ],
  queries: [notificationsList, notificationPreferences, adminTemplates, adminTemplate],
  listeners,
  routes,
  tasks: [notificationsMail, tellNotices, tellAudience],
  personal: [personalNotices, personalSends, personalMails],
});
