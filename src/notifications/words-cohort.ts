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
  "cohort.place-offered": {
    en: {
      subject: "A place in {{cohortName}} is yours until {{dueOn}}",
      body: [
        "A place has come free in “{{cohortName}}” of “{{courseTitle}}” ({{startDate}} to {{endDate}}), and you are next in line.",
        "It is kept for you until {{dueAt}}. If it is not paid for by then, it is offered to the next.",
      ],
      action: "Pay for the place",
    },
    ru: {
      subject: "Место в группе «{{cohortName}}» — ваше до {{dueOn}}",
      body: [
        "В группе «{{cohortName}}» курса «{{courseTitle}}» ({{startDate}} – {{endDate}}) освободилось место, и ваша очередь подошла.",
        "Мы держим его для вас до {{dueAt}}. Если оплаты к этому времени не будет, место предложат следующему.",
      ],
      action: "Оплатить место",
    },
  },
  "cohort.waiting-over": {
    en: {
      subject: "No place came free in {{cohortName}}",
      body: [
        "You were waiting for a place in “{{cohortName}}” of “{{courseTitle}}”. The group takes nobody any more, and the waiting list is closed.",
      ],
      action: "See the course",
    },
    ru: {
      subject: "В группе «{{cohortName}}» место не освободилось",
      body: [
        "Вы ждали места в группе «{{cohortName}}» курса «{{courseTitle}}». Группа больше никого не принимает, лист ожидания закрыт.",
      ],
      action: "Открыть страницу курса",
    },
  },
} as const satisfies Record<string, Wording>;
