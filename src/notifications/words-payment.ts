import type { Wording } from "./words.ts";

/** Money received, given back, or waiting for somebody's decision. */
export const PAYMENT_WORDS = {
  "payment.receipt": {
    en: {
      subject: "Receipt: {{amount}} for {{courseTitle}}",
      body: [
        "{{organizationName}} has received {{amount}} for “{{courseTitle}}”, {{paidAt}}.",
        "Payment: {{paymentId}}",
      ],
      action: "Open the enrollment",
    },
    ru: {
      subject: "Квитанция: {{amount}}, курс «{{courseTitle}}»",
      body: [
        "{{organizationName}} подтверждает получение {{amount}} за курс «{{courseTitle}}», {{paidAt}}.",
        "Платёж: {{paymentId}}",
      ],
      action: "Открыть запись на курс",
    },
  },
  "payment.refunded": {
    en: {
      subject: "Refund: {{amount}} for {{courseTitle}}",
      body: [
        "{{amount}} for “{{courseTitle}}” is on its way back to you. Banks take some days to show it.",
        "{{#accessEnded}}Your access to the course has ended with it.{{/accessEnded}}",
        "Payment: {{paymentId}}",
      ],
      action: "Open the enrollment",
    },
    ru: {
      subject: "Возврат: {{amount}}, курс «{{courseTitle}}»",
      body: [
        "Возврат {{amount}} за курс «{{courseTitle}}» отправлен. Зачисление в банке занимает несколько дней.",
        "{{#accessEnded}}Вместе с этим закончился и доступ к курсу.{{/accessEnded}}",
        "Платёж: {{paymentId}}",
      ],
      action: "Открыть запись на курс",
    },
  },
  "payment.held": {
    en: {
      subject: "A payment for {{courseTitle}} needs your decision",
      body: [
        "{{received}} came where {{amount}} was asked for “{{courseTitle}}”. The enrollment waits until you accept the payment or give it back.",
        "Payment: {{paymentId}}",
      ],
      action: "Open the enrollment",
    },
    ru: {
      subject: "Платёж за курс «{{courseTitle}}» ждёт вашего решения",
      body: [
        "Поступило {{received}}, а за курс «{{courseTitle}}» ожидалось {{amount}}. Запись ждёт, пока вы не примете платёж или не вернёте его.",
        "Платёж: {{paymentId}}",
      ],
      action: "Открыть запись на курс",
    },
  },
} as const satisfies Record<string, Wording>;
