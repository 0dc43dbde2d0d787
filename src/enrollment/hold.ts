import type { Settings } from "../kernel/settings.ts";
import { DAY, HOUR, MINUTE } from "../kernel/time.ts";

const OFFER_MS = DAY;
const HOSTED_CHECKOUT_MS = 30 * MINUTE;

/** How long a cohort's seat is held for who has yet to pay, in milliseconds. */
export function holdMs(
  { defaults }: Pick<Settings, "defaults">,
  { provider, offered = false }: { provider: string; offered?: boolean },
): number {
  if (offered) return OFFER_MS;
  return provider === "manual" ? defaults.seatHoldHours * HOUR : HOSTED_CHECKOUT_MS;
}

/** Until when a pending enrollment's seat is held: as before while that is ahead, else anew. */
export const heldFor = (
  { seatUntil }: { seatUntil: number | null },
  ms: number,
  now: number,
): number => (seatUntil !== null && seatUntil > now ? seatUntil : now + ms);
