import { createHash, randomBytes } from "node:crypto";
import { MINUTE } from "../kernel/time.ts";

export const TICKET_MS = MINUTE;

/** 256 random bits, shown once; the row keeps the hash alone. */
export function newTicket(): { ticket: string; tokenHash: string } {
  const ticket = randomBytes(32).toString("base64url");
  return { ticket, tokenHash: hashOfTicket(ticket) };
}

export const hashOfTicket = (ticket: string): string =>
  createHash("sha256").update(ticket).digest("hex");
