import { context } from "../kernel/context.ts";
import { paymentCreated, paymentHeld, paymentRefundRequested, paymentSucceeded } from "./events.ts";
import { paymentMachine } from "./machine.ts";

export const payments = context({
  name: "payments",
  events: [paymentCreated, paymentSucceeded, paymentHeld, paymentRefundRequested],
  machines: [paymentMachine],
});
