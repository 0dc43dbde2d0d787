import type { Wording } from "./words.ts";

/** Live sessions; a time is the reader's, with the host's beside it where the two differ. */
export const SESSION_WORDS = {
  "session.reminder": {
    en: {
      subject: "{{sessionTitle}} starts {{startsAt}}",
      body: [
        "The live session “{{sessionTitle}}” of “{{courseTitle}}” starts on {{startsAt}}{{#hostStartsAt}}; for the host that is {{hostStartsAt}}{{/hostStartsAt}}.",
        "It takes {{duration}}.",
      ],
      action: "Open the session",
    },
    ru: {
      subject: "«{{sessionTitle}}»: начало {{startsAt}}",
      body: [
        "Занятие «{{sessionTitle}}» курса «{{courseTitle}}» начинается {{startsAt}}{{#hostStartsAt}}; у ведущего это {{hostStartsAt}}{{/hostStartsAt}}.",
        "Продолжительность: {{duration}}.",
      ],
      action: "Открыть занятие",
    },
  },
  "session.rescheduled": {
    en: {
      subject: "{{sessionTitle}} was moved to {{startsAt}}",
      body: [
        "The live session “{{sessionTitle}}” of “{{courseTitle}}” has a new time: {{startsAt}}{{#hostStartsAt}}; for the host that is {{hostStartsAt}}{{/hostStartsAt}}.",
        "It takes {{duration}}. You will be reminded again.",
      ],
      action: "Open the session",
    },
    ru: {
      subject: "«{{sessionTitle}}» перенесено: {{startsAt}}",
      body: [
        "Занятие «{{sessionTitle}}» курса «{{courseTitle}}» перенесено на {{startsAt}}{{#hostStartsAt}}; у ведущего это {{hostStartsAt}}{{/hostStartsAt}}.",
        "Продолжительность: {{duration}}. Мы напомним о нём ещё раз.",
      ],
      action: "Открыть занятие",
    },
  },
  "session.started": {
    en: {
      subject: "{{sessionTitle}} has started",
      body: ["The live session “{{sessionTitle}}” of “{{courseTitle}}” has started."],
      action: "Join now",
    },
    ru: {
      subject: "Занятие «{{sessionTitle}}» началось",
      body: ["Занятие «{{sessionTitle}}» курса «{{courseTitle}}» началось."],
      action: "Присоединиться",
    },
  },
  "session.recorded": {
    en: {
      subject: "The recording of {{sessionTitle}} is there",
      body: ["The recording of “{{sessionTitle}}” of “{{courseTitle}}” is ready to watch."],
      action: "Watch it",
    },
    ru: {
      subject: "Готова запись занятия «{{sessionTitle}}»",
      body: ["Запись занятия «{{sessionTitle}}» курса «{{courseTitle}}» можно смотреть."],
      action: "Смотреть",
    },
  },
  "session.cancelled": {
    en: {
      subject: "{{sessionTitle}} is cancelled",
      body: [
        "The live session “{{sessionTitle}}” of “{{courseTitle}}”, planned for {{startsAt}}{{#hostStartsAt}} ({{hostStartsAt}} for the host){{/hostStartsAt}}, will not take place.",
        "{{#reason}}Reason: {{reason}}{{/reason}}",
      ],
    },
    ru: {
      subject: "Занятие «{{sessionTitle}}» отменено",
      body: [
        "Занятие «{{sessionTitle}}» курса «{{courseTitle}}», назначенное на {{startsAt}}{{#hostStartsAt}} (у ведущего {{hostStartsAt}}){{/hostStartsAt}}, не состоится.",
        "{{#reason}}Причина: {{reason}}{{/reason}}",
      ],
    },
  },
} as const satisfies Record<string, Wording>;
