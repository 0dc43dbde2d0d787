import type { Wording } from "./words.ts";

/** Where an enrollment stands. */
export const ENROLLMENT_WORDS = {
  "enrollment.confirmed": {
    en: {
      subject: "You are enrolled in {{courseTitle}}",
      body: [
        "You are enrolled in “{{courseTitle}}” and can start learning.",
        "{{#cohortName}}You learn with the group “{{cohortName}}” from {{startDate}} to {{endDate}}.{{/cohortName}}",
        "{{#expiresAt}}The course stays open to you until {{expiresAt}}.{{/expiresAt}}",
      ],
      action: "Open the course",
    },
    ru: {
      subject: "Вы записаны на курс «{{courseTitle}}»",
      body: [
        "Вы записаны на курс «{{courseTitle}}» и можете начинать.",
        "{{#cohortName}}Вы учитесь в группе «{{cohortName}}»: {{startDate}} – {{endDate}}.{{/cohortName}}",
        "{{#expiresAt}}Курс открыт для вас до {{expiresAt}}.{{/expiresAt}}",
      ],
      action: "Открыть курс",
    },
  },
  "enrollment.nudge": {
    en: {
      subject: "{{courseTitle}} is waiting for you",
      body: [
        "You were last in “{{courseTitle}}” {{days}} ago. You have done {{progress}} of it.",
        "Your place is kept: go on where you stopped.",
      ],
      action: "Go on learning",
    },
    ru: {
      subject: "Курс «{{courseTitle}}» ждёт вас",
      body: [
        "Вы не заходили в курс «{{courseTitle}}» уже {{days}}. Пройдено {{progress}}.",
        "Ваше место сохранено: продолжайте с того шага, на котором остановились.",
      ],
      action: "Продолжить",
    },
  },
  "enrollment.expiring-soon": {
    en: {
      subject: "{{courseTitle}} closes for you on {{expiresOn}}",
      body: [
        "Your access to “{{courseTitle}}” ends in {{days}}, on {{expiresAt}}. You have done {{progress}} of it.",
      ],
      action: "Go on learning",
    },
    ru: {
      subject: "Доступ к курсу «{{courseTitle}}» заканчивается: {{expiresOn}}",
      body: [
        "Ваш доступ к курсу «{{courseTitle}}» заканчивается через {{days}}: {{expiresAt}}. Пройдено {{progress}}.",
      ],
      action: "Продолжить",
    },
  },
  "enrollment.expired": {
    en: {
      subject: "Your access to {{courseTitle}} has ended",
      body: [
        "Your access to “{{courseTitle}}” has ended. What you have done is kept.",
        "Enroll again to go on from there.",
      ],
      action: "See the course",
    },
    ru: {
      subject: "Доступ к курсу «{{courseTitle}}» закончился",
      body: [
        "Ваш доступ к курсу «{{courseTitle}}» закончился. Всё пройденное сохранено.",
        "Запишитесь снова, чтобы продолжить с того же места.",
      ],
      action: "Открыть страницу курса",
    },
  },
  "enrollment.cancelled": {
    en: {
      subject: "Your enrollment in {{courseTitle}} is cancelled",
      body: [
        "Your enrollment in “{{courseTitle}}” is cancelled. What you have done is kept.",
        "If money is due to you, you will be told when it is on its way.",
      ],
      action: "See the course",
    },
    ru: {
      subject: "Запись на курс «{{courseTitle}}» отменена",
      body: [
        "Ваша запись на курс «{{courseTitle}}» отменена. Всё пройденное сохранено.",
        "Если вам полагается возврат, мы сообщим, когда деньги будут отправлены.",
      ],
      action: "Открыть страницу курса",
    },
  },
  "enrollment.moved": {
    en: {
      subject: "You now learn with {{cohortName}}",
      body: [
        "In “{{courseTitle}}” you now learn with the group “{{cohortName}}”, from {{startDate}} to {{endDate}}.",
        "What you have done is kept.",
      ],
      action: "Open the course",
    },
    ru: {
      subject: "Ваша новая группа: «{{cohortName}}»",
      body: [
        "В курсе «{{courseTitle}}» вы теперь учитесь в группе «{{cohortName}}»: {{startDate}} – {{endDate}}.",
        "Всё пройденное сохранено.",
      ],
      action: "Открыть курс",
    },
  },
  "enrollment.completed": {
    en: {
      subject: "You have completed {{courseTitle}}",
      body: [
        "Congratulations: you have completed “{{courseTitle}}”.",
        "The course stays open to you whenever you want to look something up.",
      ],
      action: "Open the course",
    },
    ru: {
      subject: "Курс «{{courseTitle}}» пройден",
      body: [
        "Поздравляем: вы прошли курс «{{courseTitle}}».",
        "Он остаётся открытым для вас: к материалам можно вернуться в любое время.",
      ],
      action: "Открыть курс",
    },
  },
} as const satisfies Record<string, Wording>;
