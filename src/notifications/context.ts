import { context } from "../kernel/context.ts";
import { tellConfirmed } from "./listeners-enrollment.ts";
import { tellNotices } from "./notice-tasks.ts";
import { notificationsMail } from "./tasks.ts";

export const notifications = context({
  name: "notifications",
  listeners: [tellConfirmed],
  tasks: [notificationsMail, tellNotices],
});
