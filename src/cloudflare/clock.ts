/** The one clock of Worker and objects; a test moves it instead of waiting. */
export const clock = { now: (): number => Date.now() };
