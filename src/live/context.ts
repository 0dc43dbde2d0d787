import { context } from "../kernel/context.ts";
import {
  closeHearers,
  forwardToChannels,
  recheckLearner,
  recheckTeachers,
} from "./channel-listeners.ts";
import { changeHearers, forwardEvent } from "./channel-tasks.ts";
import { calendarLink } from "./commands/calendar-link.ts";
import { calendarUnlink } from "./commands/calendar-unlink.ts";
import { realtimeTicket } from "./commands/realtime-ticket.ts";
import { sessionCancel } from "./commands/session-cancel.ts";
import { sessionCreate } from "./commands/session-create.ts";
import { sessionEnd } from "./commands/session-end.ts";
import { sessionRecordAttendance } from "./commands/session-record-attendance.ts";
import { sessionRemind } from "./commands/session-remind.ts";
import { sessionStart } from "./commands/session-start.ts";
import { sessionTicket } from "./commands/session-ticket.ts";
import { sessionUpdate } from "./commands/session-update.ts";
import { sessionUploadRecording } from "./commands/session-upload-recording.ts";
import {
  sessionCancelled,
  sessionCreated,
  sessionEnded,
  sessionRecorded,
  sessionReminderTrigger,
  sessionStarted,
  sessionUpdated,
} from "./events.ts";
import { sessionReminders1Day, sessionReminders30Min } from "./jobs.ts";
import { closeLearner, closeSockets, tellThresholds } from "./listeners.ts";
import { sessionMachine } from "./machine.ts";
import {
  personalAttendance,
  personalCalendarLinks,
  personalSessions,
  personalTickets,
} from "./personal.ts";
import { calendarGet, cohortsSessions, sessionsAttendance, sessionsGet } from "./queries.ts";
import { routes } from "./routes.ts";
import { dropLearner, dropMember, tellSession, tellSessionsAhead } from "./tasks.ts";

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
    sessionRemind,
    calendarLink,
    calendarUnlink,
    sessionRecordAttendance,
    realtimeTicket,
  ],
  queries: [sessionsGet, sessionsAttendance, cohortsSessions, calendarGet],
  events: [
    sessionCreated,
    sessionUpdated,
    sessionStarted,
    sessionEnded,
    sessionRecorded,
    sessionCancelled,
    sessionReminderTrigger,
  ],
  machines: [sessionMachine],
  listeners: [
    closeSockets,
    closeLearner,
    tellThresholds,
    forwardToChannels,
    closeHearers,
    recheckLearner,
    recheckTeachers,
  ],
  tasks: [tellSession, tellSessionsAhead, dropMember, dropLearner, forwardEvent, changeHearers],
  jobs: [sessionReminders1Day, sessionReminders30Min],
  routes,
  personal: [personalSessions, personalAttendance, personalTickets, personalCalendarLinks],
});
