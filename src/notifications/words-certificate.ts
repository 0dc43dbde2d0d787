import type { Wording } from "./words.ts";

/** A certificate from its issue to its end. */
export const CERTIFICATE_WORDS = {
  "certificate.issued": {
    en: {
      subject: "Your certificate for {{courseTitle}}",
      body: [
        "Your certificate for “{{courseTitle}}” is ready to download.",
        "Whoever you show it to can verify it by its code {{verificationCode}}.",
        "{{#expiresAt}}It is valid until {{expiresAt}}.{{/expiresAt}}",
      ],
      action: "See the certificate",
    },
    ru: {
      subject: "Ваш сертификат: «{{courseTitle}}»",
      body: [
        "Ваш сертификат за курс «{{courseTitle}}» готов, его можно скачать.",
        "Его подлинность проверяется по коду {{verificationCode}}.",
        "{{#expiresAt}}Он действует до {{expiresAt}}.{{/expiresAt}}",
      ],
      action: "Открыть сертификат",
    },
  },
  "certificate.expiring": {
    en: {
      subject: "Your certificate for {{courseTitle}} expires on {{expiresOn}}",
      body: [
        "Your certificate for “{{courseTitle}}” ({{verificationCode}}) is valid until {{expiresAt}}.",
      ],
      action: "See the certificate",
    },
    ru: {
      subject: "Сертификат «{{courseTitle}}» истекает: {{expiresOn}}",
      body: [
        "Ваш сертификат за курс «{{courseTitle}}» ({{verificationCode}}) действует до {{expiresAt}}.",
      ],
      action: "Открыть сертификат",
    },
  },
  "certificate.revoked": {
    en: {
      subject: "Your certificate for {{courseTitle}} was revoked",
      body: [
        "Your certificate for “{{courseTitle}}” ({{verificationCode}}) was revoked and proves nothing any more.",
        "{{#reason}}Reason: {{reason}}{{/reason}}",
      ],
    },
    ru: {
      subject: "Сертификат «{{courseTitle}}» отозван",
      body: [
        "Ваш сертификат за курс «{{courseTitle}}» ({{verificationCode}}) отозван и больше ничего не подтверждает.",
        "{{#reason}}Причина: {{reason}}{{/reason}}",
      ],
    },
  },
} as const satisfies Record<string, Wording>;
