import type { NewTask } from "../kernel/task.ts";
import { newTask } from "../kernel/task.ts";
import { notificationsMail } from "./tasks.ts";
import type { Mail } from "./templates.ts";

export { languageOf, type Mail } from "./templates.ts";

/** A mail that another context wants sent; `subject` is the id of the person or thing it is about. */
export const mailWanted = (subject: string, payload: Mail): NewTask =>
  newTask(notificationsMail, { subject, payload });
