// Waiting until all that follows an answer is done.

/** What went before must not weigh on what is measured next. */
export async function settled(database) {
  const end = Date.now() + 60_000;
  for (;;) {
    const row = await database
      .prepare("SELECT count(*) AS open FROM domain_event_log WHERE settled_at IS NULL")
      .first();
    if (row.open === 0) return;
    if (Date.now() > end) throw new Error(`${row.open} events are unsettled after 60 s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function tasksDone(database) {
  for (let wait = 0; wait < 600; wait++) {
    const row = await database
      .prepare("SELECT count(*) AS open FROM lms_tasks WHERE state = 'ready'")
      .first();
    if (row.open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Tasks are not done after 60 s");
}
