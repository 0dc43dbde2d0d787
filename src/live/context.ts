import { context } from "../kernel/context.ts";
import { sessionCancel } from "./commands/session-cancel.ts";
import { sessionCreate } from "./commands/session-create.ts";
import { sessionEnd } from "./commands/session-end.ts";
import { sessionStart } from "./commands/session-start.ts";
import { sessionTicket } from "./commands/session-ticket.ts";
import { sessionUpdate } from "./commands/session-update.ts";
import { sessionUploadRecording } from "./commands/session-upload-recording.ts";
import {
  sessionCancelled,
  sessionCreated,
  sessionEnded,
  sessionRecorded,
  sessionStarted,
  sessionUpdated,
} from "./events.ts";
import { sessionMachine } from "./machine.ts";
import { cohortsSessions, sessionsGet } from "./queries.ts";
import { routes } from "./routes.ts";
import { tellSession } from "./tasks.ts";

export const live = context({
  name: "live",
  commands: [
    sessionCreate,
    sessionUpdate,
    sessionStart,
    sessionEnd,
    sessionCancel,
    sessionUploadRecording,
    sessionTicket,
  ],
  queries: [sessionsGet, cohortsSessions],
  events: [
    sessionCreated,
    sessionUpdated,
    sessionStarted,
    sessionEnded,
    sessionRecorded,
    sessionCancelled,
  ],
  machines: [sessionMachine],
  tasks: [tellSession],
  routes,
});
