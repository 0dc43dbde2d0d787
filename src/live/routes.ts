import { del, get, patch, post } from "../kernel/route.ts";
import { calendarLink } from "./commands/calendar-link.ts";
import { calendarUnlink } from "./commands/calendar-unlink.ts";
import { realtimeTicket } from "./commands/realtime-ticket.ts";
import { sessionCancel } from "./commands/session-cancel.ts";
import { sessionCreate } from "./commands/session-create.ts";
import { sessionEnd } from "./commands/session-end.ts";
import { sessionStart } from "./commands/session-start.ts";
import { sessionTicket } from "./commands/session-ticket.ts";
import { sessionUpdate } from "./commands/session-update.ts";
import { sessionUploadRecording } from "./commands/session-upload-recording.ts";
import { calendarGet, cohortsSessions, sessionsAttendance, sessionsGet } from "./queries.ts";

export const routes = [
  get("/lms/cohorts/:cohortId/sessions", cohortsSessions),
  post("/lms/instructor/cohorts/:cohortId/sessions", sessionCreate, {
    location: "/lms/sessions/{id}",
  }),
  get("/lms/sessions/:id", sessionsGet),
  get("/lms/sessions/:id/attendance", sessionsAttendance),
  patch("/lms/sessions/:sessionId", sessionUpdate),
  post("/lms/sessions/:sessionId/start", sessionStart),
  post("/lms/sessions/:sessionId/end", sessionEnd),
  post("/lms/sessions/:sessionId/cancel", sessionCancel),
  post("/lms/sessions/:sessionId/recording", sessionUploadRecording),
  post("/lms/sessions/:sessionId/ticket", sessionTicket),
  get("/lms/me/calendar", calendarGet),
  post("/lms/me/calendar", calendarLink),
  del("/lms/me/calendar", calendarUnlink),
  post("/lms/realtime/ticket", realtimeTicket),
];
