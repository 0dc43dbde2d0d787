import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { ticketAnswer, ticketFor } from "../ticket-row.ts";

export const realtimeTicket = command({
  type: "lms.realtime.ticket",
  summary: "A ticket that opens the channels' WebSocket once, within a minute",
  input: z.strictObject({}),
  output: ticketAnswer,
  statuses: [201],
  permission: { action: "realtime:ticket", any: EVERY_MEMBER },
  emits: [],
  refuses: [],
  withoutSecret: (answer) => ({ ...answer, ticket: null, url: null }),
  read: () => ({}),
  decide: (_, ask) => ticketFor(ask, { path: "/lms/realtime", sessionId: null }),
});
