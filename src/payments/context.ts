import { context } from "../kernel/context.ts";
import {
  paymentCreated,
  paymentExpired,
  paymentHeld,
  paymentRefundRequested,
  paymentSucceeded,
} from "./events.ts";
import { paymentMachine } from "./machine.ts";

export const payments = context({
  name: "payments",
  events: [paymentCreated, paymentExpired, paymentSucceeded, paymentHeld, paymentRefundRequested],
  machines: [paymentMachine],
});
