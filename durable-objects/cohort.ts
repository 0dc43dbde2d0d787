import { DurableObject } from "cloudflare:workers";
import { clock } from "../src/cloudflare/clock.ts";
import { databases, newMeter } from "../src/cloudflare/d1.ts";
import type { Env } from "../src/cloudflare/env.ts";
import { log } from "../src/cloudflare/host.ts";
import {
  capacityRequest,
  cohortNews,
  dueLooks,
  heard,
  lapsed,
  looked,
  lower,
  nextLapse,
  nextLook,
  reserve,
  type SeatAnswer,
  type SeatChange,
  seatRequest,
  seeded,
} from "../src/cohorts/seats.ts";
import { seatClaims } from "../src/enrollment/statements.ts";
import { errorText } from "../src/kernel/error.ts";
import type { CohortNews, SeatRequest } from "../src/kernel/ports.ts";
import { ALARM_TABLE, alarmTable } from "./alarm-table.ts";
import { migrate } from "./migrate.ts";
import { SEAT_TABLES, seatStore } from "./seat-store.ts";
import { type Answered, answered, capacityStatement } from "./seat-truth.ts";

const LOOK = "look";
const LAPSE = "lapse";

/** The seats of one cohort, named by its id. What is taken and what is free is decided in seats.ts. */
export class Cohort extends DurableObject<Env> {
  readonly #alarms = alarmTable(this.ctx.storage, { now: () => clock.now(), log });
  readonly #seats = seatStore(this.ctx.storage);
  #seeding: Promise<void> | undefined;
  #refreshed = false;
  #meter = newMeter();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => migrate(ctx.storage, [SEAT_TABLES, ALARM_TABLE]));
  }

  async reserve(request: SeatRequest): Promise<SeatAnswer> {
    const { cohortId, ...ask } = seatRequest.parse(request);
    await this.#wake(cohortId);
    const { answer, change } = reserve(this.#state(), ask, clock.now());
    await this.#change(change);
    return answer;
  }

  /** Holds seats back for a batch that is about to take them away. */
  async lower(request: {
    cohortId: string;
    capacity: number;
    cohortVersion: number;
  }): Promise<SeatAnswer> {
    const { cohortId, ...ask } = capacityRequest.parse(request);
    await this.#wake(cohortId);
    const { answer, change } = lower(this.#state(), ask, clock.now());
    await this.#change(change);
    return answer;
  }

  /** What D1 holds now, and whose seat it may have given up. */
  async tell(news: CohortNews): Promise<void> {
    const { cohortId, capacity, version, learnerId } = cohortNews.parse(news);
    await this.#wake(cohortId);
    await this.#change(heard(this.#state(), { capacity, cohortVersion: version }));
    if (learnerId !== undefined) await this.#look(cohortId, [learnerId]);
  }

  override async alarm(): Promise<void> {
    const known = this.#seats.known();
    if (!known) return;
    const { cohortId, orgId } = known;
    this.#meter = newMeter();
    await this.#alarms.ring(
      {
        [LOOK]: () => this.#look(cohortId, dueLooks(this.#state(), clock.now())),
        [LAPSE]: () => this.#lapse(cohortId),
      },
      () => ({ object: "cohort", cohortId, orgId, ...this.#cost() }),
    );
    await this.#arm();
  }

  /** An object that knows nothing asks D1 before it answers anybody; one that slept asks beside it. */
  async #wake(cohortId: string): Promise<void> {
    if (!this.#seats.known()) {
      this.#seeding ??= this.#seed(cohortId).finally(() => {
        this.#seeding = undefined;
      });
      await this.#seeding;
    } else if (!this.#refreshed) {
      this.ctx.waitUntil(this.#hear(cohortId));
    }
    this.#refreshed = true;
  }

  /** Asked for again after every await: two decisions on one state would give one seat twice. */
  #state() {
    const known = this.#seats.known();
    if (!known) throw new Error("No seats are known yet");
    return known.state;
  }

  #cost() {
    const { trips, rows } = this.#meter;
    return { trips, rows };
  }

  async #seed(cohortId: string): Promise<void> {
    const { cohort, truth } = await this.#ask(cohortId);
    this.#seats.found({ cohortId, orgId: cohort.orgId }, seeded(cohort, truth));
    await this.#arm();
  }

  async #hear(cohortId: string): Promise<void> {
    try {
      const { cohort } = await this.#ask(cohortId, []);
      await this.#change(heard(this.#state(), cohort));
    } catch (error) {
      const line = { unit: "object", object: "cohort", cohortId, outcome: "not refreshed" };
      log({ level: "warn", ...line, error: errorText(error) });
    }
  }

  async #look(cohortId: string, learnerIds: readonly string[]): Promise<void> {
    const { truth } = await this.#ask(cohortId, learnerIds);
    await this.#change(looked(this.#state(), learnerIds, truth));
  }

  async #lapse(cohortId: string): Promise<void> {
    const { cohort, truth } = await this.#ask(cohortId, []);
    await this.#change(lapsed(this.#state(), cohort, truth.askedAt));
  }

  async #change(change: SeatChange): Promise<void> {
    this.#seats.change(change);
    await this.#arm();
  }

  async #arm(): Promise<void> {
    await this.#alarms.set(LOOK, nextLook(this.#state()));
    await this.#alarms.set(LAPSE, nextLapse(this.#state()));
  }

  /** D1's primary: the capacity, and the claims of the learners named, or of all. */
  async #ask(cohortId: string, learnerIds?: readonly string[]): Promise<Answered> {
    const askedAt = clock.now();
    const { db, batch } = databases(this.env.DB, this.#meter, undefined).for("primary");
    const about = learnerIds === undefined ? { askedAt } : { askedAt, learnerIds };
    const statements = [capacityStatement(db, cohortId), seatClaims(db, cohortId, about)];
    return answered(await batch(statements), askedAt);
  }
}
