import { DurableObject } from "cloudflare:workers";
import { clock } from "../src/cloudflare/clock.ts";
import { databases, newMeter } from "../src/cloudflare/d1.ts";
import type { Env } from "../src/cloudflare/env.ts";
import { log, unitOf } from "../src/cloudflare/host.ts";
import { cohortNews } from "../src/cohorts/news.ts";
import { offerSeat } from "../src/cohorts/offer.ts";
import {
  type AbsentNews,
  absentNews,
  type PresentNews,
  presentNews,
} from "../src/cohorts/online.ts";
import {
  capacityRequest,
  closed,
  dueLooks,
  heard,
  lapsed,
  looked,
  lower,
  nextLapse,
  nextLook,
  nextOffer,
  offersOf,
  passedOver,
  paused,
  reserve,
  type SeatAnswer,
  type SeatChange,
  seatRequest,
  seeded,
  withOffers,
} from "../src/cohorts/seats.ts";
import { calendarHeard, turn } from "../src/cohorts/turning.ts";
import { errorText } from "../src/kernel/error.ts";
import type {
  CohortNews,
  Host,
  OnlinePage,
  OnlineWindow,
  SeatRequest,
} from "../src/kernel/ports.ts";
import { HOUR } from "../src/kernel/time.ts";
import { lms } from "../src/lms.ts";
import { ALARM_TABLE, alarmTable } from "./alarm-table.ts";
import { migrate } from "./migrate.ts";
import { ONLINE_TABLE, onlineStore } from "./online-store.ts";
import { SEAT_TABLES, seatStore, WAITING_TABLES } from "./seat-store.ts";
import { type Answered, answered, type CohortTruth, truthStatements } from "./seat-truth.ts";

const LOOK = "look";
const LAPSE = "lapse";
const OFFER = "offer";
const TURN = "turn";
const PARTED = "parted";

/** What nobody may do now is tried again after this much, or as soon as the cohort changes. */
const LATER_MS = HOUR;

type Told = Pick<CohortTruth, "capacity" | "cohortVersion" | "open" | "turnAt">;

/**
 * One cohort, named by its id: its seats, who waits for one, who is connected, and when it begins and ends.
 * What is decided is decided in src/cohorts.
 */
export class Cohort extends DurableObject<Env> {
  readonly #alarms = alarmTable(this.ctx.storage, { now: () => clock.now(), log });
  readonly #seats = seatStore(this.ctx.storage);
  readonly #online = onlineStore(this.ctx.storage);
  #seeding: Promise<void> | undefined;
  #refreshed = false;
  #meter = newMeter();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () =>
      migrate(ctx.storage, [SEAT_TABLES, ALARM_TABLE, WAITING_TABLES, ONLINE_TABLE]),
    );
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

  /** What D1 holds now, and whose seat or place it may have given up. */
  async tell(news: CohortNews): Promise<void> {
    const { cohortId, learnerId, version, ...rest } = cohortNews.parse(news);
    await this.#wake(cohortId);
    await this.#heed({ ...rest, cohortVersion: version });
    if (learnerId !== undefined) await this.#look(cohortId, [learnerId]);
  }

  /** Those whom a gateway has connected: each counts for two minutes, and is told again before they are over. */
  async present(news: PresentNews): Promise<void> {
    const told = presentNews.parse(news);
    await this.#wake(told.cohortId);
    this.#online.present(told, clock.now());
    await this.#arm();
  }

  async absent(news: AbsentNews): Promise<void> {
    const told = absentNews.parse(news);
    await this.#wake(told.cohortId);
    this.#online.absent(told);
    await this.#arm();
  }

  async online({ cohortId, ...window }: OnlineWindow & { cohortId: string }): Promise<OnlinePage> {
    await this.#wake(cohortId);
    return this.#online.page(window, clock.now());
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
        [OFFER]: () => this.#offer(cohortId),
        [TURN]: () => this.#turn(cohortId),
        [PARTED]: async () => this.#online.sweep(clock.now()),
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

  #known() {
    const known = this.#seats.known();
    if (!known) throw new Error("No seats are known yet");
    return known;
  }

  /** Asked for again after every await: two decisions on one state would give one seat twice. */
  #state() {
    return this.#known().state;
  }

  #cost() {
    const { trips, rows } = this.#meter;
    return { trips, rows };
  }

  async #seed(cohortId: string): Promise<void> {
    const { cohort, truth } = await this.#ask(cohortId);
    this.#seats.found({ cohortId, orgId: cohort.orgId }, seeded(cohort, truth));
    await this.#heed(cohort);
  }

  async #hear(cohortId: string): Promise<void> {
    try {
      const { cohort } = await this.#ask(cohortId, []);
      await this.#heed(cohort);
    } catch (error) {
      const line = { unit: "object", object: "cohort", cohortId, outcome: "not refreshed" };
      log({ level: "warn", ...line, error: errorText(error) });
    }
  }

  async #heed({ capacity, cohortVersion, open, turnAt }: Told): Promise<void> {
    const news = { turnAt, version: cohortVersion };
    this.#seats.setCalendar(calendarHeard(this.#known().calendar, news));
    const over = open ? {} : closed(this.#state());
    await this.#change({ ...heard(this.#state(), { capacity, cohortVersion }), ...over });
  }

  async #look(cohortId: string, learnerIds: readonly string[]): Promise<void> {
    const { truth } = await this.#ask(cohortId, learnerIds);
    await this.#change(looked(this.#state(), learnerIds, truth));
  }

  async #lapse(cohortId: string): Promise<void> {
    const { cohort, truth } = await this.#ask(cohortId, []);
    await this.#change(lapsed(this.#state(), cohort, truth.askedAt));
  }

  /** One after another, so that they enroll in the order in which they wait. */
  async #offer(cohortId: string): Promise<void> {
    await this.#change({});
    const { cohort } = await this.#ask(cohortId, []);
    await this.#heed(cohort);
    const { orgId, courseId } = cohort;
    for (const { learnerId } of offersOf(this.#state())) {
      const offer = { orgId, cohortId, courseId, learnerId };
      const outcome = await offerSeat(this.#host(), lms, offer);
      if (outcome === "later") {
        return this.#change(paused(this.#state(), clock.now() + LATER_MS));
      }
      await this.#change(passedOver(this.#state(), learnerId));
    }
  }

  async #turn(cohortId: string): Promise<void> {
    const before = await this.#ask(cohortId, []);
    const { orgId, row } = before.cohort;
    const outcome = await turn(this.#host(), lms, { ...row, orgId, cohortId });
    const { cohort } = outcome === "turned" ? await this.#ask(cohortId, []) : before;
    const turnAt = outcome === "refused" ? clock.now() + LATER_MS : cohort.turnAt;
    await this.#heed({ ...cohort, turnAt });
  }

  /** Commands of its own ask it for their seats without a way around. */
  #host(): Host {
    const { host } = unitOf(this.env, this.ctx, this.#meter);
    const seats = {
      reserve: (request: SeatRequest) =>
        "lowers" in request ? this.lower(request) : this.reserve(request),
    };
    return { ...host, seats };
  }

  async #change(change: SeatChange): Promise<void> {
    this.#seats.change(withOffers(this.#state(), change, clock.now()));
    await this.#arm();
  }

  async #arm(): Promise<void> {
    const { state, calendar } = this.#known();
    await this.#alarms.set(LOOK, nextLook(state));
    await this.#alarms.set(LAPSE, nextLapse(state));
    await this.#alarms.set(OFFER, nextOffer(state));
    await this.#alarms.set(TURN, calendar.turnAt);
    await this.#alarms.set(PARTED, this.#online.nextEnd());
  }

  /** D1's primary: the cohort, and the claims of the learners named, or of all. */
  async #ask(cohortId: string, learnerIds?: readonly string[]): Promise<Answered> {
    const askedAt = clock.now();
    const { db, batch } = databases(this.env.DB, this.#meter, undefined).for("primary");
    const about = learnerIds === undefined ? { askedAt } : { askedAt, learnerIds };
    return answered(await batch(truthStatements(db, cohortId, about)), askedAt);
  }
}
