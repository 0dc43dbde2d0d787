const FORM = /^[\w.:-]{1,100}$/;

/** The caller's own where it sent a well-formed one. */
export const newCorrelationId = (sent: string | undefined, id: () => string): string =>
  sent !== undefined && FORM.test(sent) ? sent : id();
