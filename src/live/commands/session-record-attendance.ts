import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { instant } from "../../kernel/time.ts";
import { ATTENDANCE_BATCH } from "../attendance.ts";
import { attendanceRecorded } from "../attendees.ts";
import { sessionById } from "../statements.ts";

const attended = z.strictObject({
  learnerId: id,
  firstJoinedAt: instant,
  lastLeftAt: instant.nullable().describe("null while it is there"),
  secondsPresent: z.int().min(0),
  joins: z.int().min(1),
});

/** Sums as its object knows them: told again they change nothing, and what is late changes nothing either. */
export const sessionRecordAttendance = command({
  type: "lms.session.recordAttendance",
  summary: "Note who was in a live session, and for how long",
  input: z.strictObject({
    sessionId: id,
    asOf: instant.describe("When these sums were true; older ones change no newer"),
    attendance: z.array(attended).min(1).max(ATTENDANCE_BATCH),
  }),
  output: z.object({ sessionId: z.string(), recorded: z.int() }),
  permission: { action: "session:record-attendance" },
  emits: [],
  refuses: [],
  read: ({ db, input, actor }) => ({
    session: found("Session", sessionById(db, actor.orgId, input.sessionId)),
  }),
  decide: ({ session }, { db, input: { attendance, asOf }, id: newId }) => ({
    answer: { sessionId: session.id, recorded: attendance.length },
    writes: [attendanceRecorded(db, session, { attendance, asOf, newId })],
  }),
});
