import type { Role } from "../kernel/permission.ts";
import type { May, RoomRole } from "./protocol.ts";

type Led = { instructorId: string } | undefined;
type Joining = {
  member: { userId: string; roles: readonly Role[] };
  /** The session, its cohort and its course. */
  led: readonly Led[];
  /** Whether it is enrolled in the session's cohort. */
  enrolled: boolean;
};

/** Whoever leads the session, its cohort or its course, and still is an instructor. */
const leads = ({ member, led }: Joining): boolean =>
  member.roles.includes("instructor") && led.some((one) => one?.instructorId === member.userId);

/**
 * As what somebody is let in, as things are when the ticket is spent. An admin who neither leads nor learns
 * here looks on; who is none of these has no place here.
 */
export function admittedAs(joining: Joining): { role: RoomRole; moderates: boolean } | undefined {
  const isAdmin = joining.member.roles.includes("lms-admin");
  if (leads(joining)) return { role: "host", moderates: true };
  if (joining.enrolled) return { role: "learner", moderates: isAdmin };
  return isAdmin ? { role: "observer", moderates: true } : undefined;
}

export const mayOf = ({ role, moderates }: { role: RoomRole; moderates: boolean }): May => ({
  speak: role !== "observer",
  lead: role === "host",
  moderate: moderates,
});
