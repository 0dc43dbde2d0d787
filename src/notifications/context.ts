import { context } from "../kernel/context.ts";
import { notificationsMail } from "./tasks.ts";

export const notifications = context({ name: "notifications", tasks: [notificationsMail] });
