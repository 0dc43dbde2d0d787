import { context } from "../kernel/context.ts";
import { tellAudience } from "./audience-tasks.ts";
import { listeners } from "./listeners.ts";
import { tellNotices } from "./notice-tasks.ts";
import { notificationsMail } from "./tasks.ts";

export const notifications = context({
  name: "notifications",
  listeners,
  tasks: [notificationsMail, tellNotices, tellAudience],
});
