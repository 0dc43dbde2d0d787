import type { Wording } from "./words.ts";

/** A group that learns together. */
export const COHORT_WORDS = {
  "cohort.starting": {
    en: {
      subject: "{{cohortName}} begins",
      body: [
        "Your group “{{cohortName}}” begins with “{{courseTitle}}”: from {{startDate}} to {{endDate}}.",
      ],
      action: "Open the course",
    },
    ru: {
      subject: "Группа «{{cohortName}}» начинает обучение",
      body: [
        "Ваша группа «{{cohortName}}» начинает курс «{{courseTitle}}»: {{startDate}} – {{endDate}}.",
      ],
      action: "Открыть курс",
    },
  },
  "cohort.cancelled": {
    en: {
      subject: "{{cohortName}} is cancelled",
      body: [
        "The group “{{cohortName}}” of “{{courseTitle}}” will not take place.",
        "{{#reason}}Reason: {{reason}}{{/reason}}",
        "What becomes of your enrollment you will be told apart.",
      ],
      action: "See the course",
    },
    ru: {
      subject: "Группа «{{cohortName}}» отменена",
      body: [
        "Группа «{{cohortName}}» курса «{{courseTitle}}» не состоится.",
        "{{#reason}}Причина: {{reason}}{{/reason}}",
        "О том, что будет с вашей записью, мы сообщим отдельно.",
      ],
      action: "Открыть страницу курса",
    },
  },
  "cohort.announcement": {
    en: {
      subject: "News for {{cohortName}}",
      body: [
        "There is an announcement for “{{cohortName}}” ({{courseTitle}}).",
        "{{#announcement}}{{announcement}}{{/announcement}}",
      ],
      action: "Open the group",
    },
    ru: {
      subject: "Объявление для группы «{{cohortName}}»",
      body: [
        "Новое объявление для группы «{{cohortName}}» (курс «{{courseTitle}}»).",
        "{{#announcement}}{{announcement}}{{/announcement}}",
      ],
      action: "Открыть группу",
    },
  },
} as const satisfies Record<string, Wording>;
