const FORM = /^[\w.:-]{1,100}$/;

/** The caller's own where it sent a well-formed one; else a random one, since nothing is sorted by it. */
export const newCorrelationId = (sent: string | undefined): string =>
  sent !== undefined && FORM.test(sent) ? sent : crypto.randomUUID();
