import { del, get, patch, post, put } from "../kernel/route.ts";
import { notificationPrefer } from "./commands/notification-prefer.ts";
import { notificationRead } from "./commands/notification-read.ts";
import { templateReset } from "./commands/template-reset.ts";
import { templateSet } from "./commands/template-set.ts";
import {
  adminTemplate,
  adminTemplates,
  notificationPreferences,
  notificationsList,
} from "./queries.ts";

const TEMPLATE = "/lms/admin/notification-templates/:kind/:language";

export const routes = [
  get("/lms/notifications", notificationsList),
  post("/lms/notifications/read", notificationRead),
  get("/lms/me/notification-preferences", notificationPreferences),
  patch("/lms/me/notification-preferences", notificationPrefer),
  get("/lms/admin/notification-templates", adminTemplates),
  get(TEMPLATE, adminTemplate),
  put(TEMPLATE, templateSet),
  del(TEMPLATE, templateReset),
];
