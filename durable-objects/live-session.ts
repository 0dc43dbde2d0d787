import { DurableObject } from "cloudflare:workers";
import { clock } from "../src/cloudflare/clock.ts";
import { databases, newMeter } from "../src/cloudflare/d1.ts";
import type { Env } from "../src/cloudflare/env.ts";
import { log, unitOf } from "../src/cloudflare/host.ts";
import { fanOutObject } from "../src/cloudflare/objects.ts";
import { admissionOf } from "../src/cloudflare/upgrade.ts";
import { errorText } from "../src/kernel/error.ts";
import { newId } from "../src/kernel/id.ts";
import type { SaidLine, SaidWindow, SessionLeaver, SessionNews } from "../src/kernel/ports.ts";
import { PULSE_MS, WRITE_AFTER_MS } from "../src/live/attendance.ts";
import { attendanceTold } from "../src/live/attendees.ts";
import { LOOK_AGAIN_MS, overAt, warningAt } from "../src/live/ending.ts";
import { endSession, recordAttendance } from "../src/live/ends.ts";
import { type Close, frameOf, tooLarge } from "../src/live/frames.ts";
import { HERE } from "../src/live/places.ts";
import { GATHER_MS } from "../src/live/presence.ts";
import type { ClientFrame } from "../src/live/protocol.ts";
import { remind } from "../src/live/remind.ts";
import { DROPPED_CLOSE, joinFault, newsOf, sessionLeaver, sessionNews } from "../src/live/room.ts";
import { sessionOfObject } from "../src/live/statements.ts";
import { lms } from "../src/lms.ts";
import { alarmTable } from "./alarm-table.ts";
import { beside } from "./beside.ts";
import { crowd } from "./crowd.ts";
import type { Conn } from "./crowd-store.ts";
import { migrate } from "./migrate.ts";
import { ROOM_STEPS, room } from "./room.ts";

/** One session, named by its id: those connected here, and what is told to those in the objects beside. */
export class LiveSession extends DurableObject<Env> {
  readonly #alarms = alarmTable(this.ctx.storage, { now: () => clock.now(), log });
  readonly #sockets = crowd(this.ctx, { now: () => clock.now(), log });
  readonly #room = room(this.ctx.storage, {
    now: () => clock.now(),
    push: (seq, text) => {
      this.#sockets.pushAll(seq, text);
      this.#beside.tell({ seq, text });
    },
    close: (how, userId) => this.#close(how, userId),
    gather: () => this.#soon("presence", GATHER_MS),
    attendance: () => this.#soon("attendance", WRITE_AFTER_MS),
  });
  readonly #beside = beside(this.ctx.storage, {
    now: () => clock.now(),
    log,
    object: (place) => fanOutObject(this.env, this.#room.state().sessionId, place),
    last: () => this.#room.log.last(),
    sockets: () => this.#room.people.places(),
    connsAt: (place, before) => this.#room.people.connsAt(place, before),
    lost: (conns, at) => this.#room.leave(conns, at, { cut: true }),
    nudge: () => this.#soon("nudge", GATHER_MS),
  });
  #refreshing: Promise<void> | undefined;
  #hasLooked = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => migrate(ctx.storage, ROOM_STEPS));
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** What D1 holds now. */
  async tell(news: SessionNews): Promise<void> {
    this.#look({ bySocket: false });
    const { remindAt, ...state } = sessionNews.parse(news);
    if (state.version >= (this.#room.known()?.version ?? 0) && remindAt !== undefined) {
      await this.#alarms.set("reminder", remindAt);
    }
    if (this.#room.hear(state)) await this.#plan();
  }

  /** A member whose access has ended: its sockets are closed, and what it said is forgotten where that is asked. */
  async drop(leaver: SessionLeaver): Promise<void> {
    const { userId, forget } = sessionLeaver.parse(leaver);
    if (!this.#room.known()) return;
    this.#look({ bySocket: false });
    this.#close(DROPPED_CLOSE, userId);
    if (forget) this.#room.forget(userId);
  }

  /** A person's own lines, for an export; an object that has forgotten its past knows none. */
  async said({ userId, after, limit }: SaidWindow): Promise<SaidLine[]> {
    return this.#room
      .chatOf(userId, after, limit)
      .map(({ seq, lineId, text, at }) => ({ seq, lineId, text, at }));
  }

  /** The upgrade of a request that a ticket has let in; or where to go with it, there being no room here. */
  override async fetch(request: Request): Promise<Response> {
    const { sessionId, since, full, ...who } = admissionOf(request);
    await this.#wake(sessionId);
    const fault = this.#joinFault(who.userId);
    if (fault) return new Response(null, { status: fault });
    const place = this.#beside.placeFor(full);
    if (place === undefined) return new Response(null, { status: 503 });
    if (place !== HERE) return Response.json({ place });
    const { 0: client, 1: server } = new WebSocketPair();
    const conn = { ...who, conn: newId(), place };
    this.#sockets.admit(server, { ...who, conn: conn.conn, floor: this.#room.log.last() });
    for (const text of this.#enter(conn, since)) this.#sockets.push(server, text);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A socket has come to an object beside: what it is greeted with, or why it has to go. */
  async greet(conn: Conn, since: number | undefined, conns: string[] | undefined) {
    this.#look({ bySocket: false });
    const fault = this.#joinFault(conn.userId);
    if (fault) return { fault };
    this.#beside.arrived(conn.place, conns);
    const texts = this.#enter(conn, since);
    return { texts, seq: this.#room.log.last(), channel: this.#room.channel() };
  }

  /** A frame from a socket in an object beside; what it gives is for that socket. */
  async up(conn: Conn, frame: ClientFrame): Promise<string | undefined> {
    await this.#wake(this.#room.state().sessionId);
    this.#beside.heardFrom(conn.place);
    return this.#room.act(frame, conn);
  }

  /** Sockets of an object beside that are gone, and since when. */
  async left(place: number, gone: { conn: string; at: number }[]): Promise<void> {
    for (const { conn, at } of gone) this.#room.leave([conn], at);
    this.#beside.heardFrom(place);
  }

  /** What an object beside lacks; `lost` where that is no longer kept. */
  async missed(after: number) {
    return this.#room.missed(after);
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await this.#wake(this.#room.state().sessionId, { bySocket: true });
    const closing = this.#sockets.spend(socket) ?? tooLarge(data);
    if (closing) return this.#end(socket, closing);
    const answer = this.#room.answer(frameOf(data), this.#sockets.of(socket));
    if (answer !== undefined) this.#sockets.push(socket, answer);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#sockets.part(socket, code);
    this.#gone(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#gone(socket);
  }

  override async alarm(): Promise<void> {
    const { sessionId, orgId } = this.#room.state();
    await this.#wake(sessionId);
    const runs = {
      presence: async () => this.#announce(),
      reminder: () => this.#remind(sessionId),
      attendance: () => recordAttendance(this.#host(), lms, this.#room),
      pulse: () => this.#pulse(),
      nudge: () => this.#beside.nudge(),
      warning: () => this.#warn(),
      end: () => this.#endIfOver(),
    };
    await this.#alarms.ring(runs, () => ({ object: "live-session", sessionId, orgId }));
  }

  /**
   * What a wake has to make good. Sleep keeps sockets, and one that ends wakes the room to say so;
   * where none is left, the room died, and all are gone since it last noted that it lived.
   */
  #look({ bySocket }: { bySocket: boolean }): void {
    if (this.#hasLooked || !this.#room.known()) return;
    this.#hasLooked = true;
    if (!bySocket && this.#sockets.conns().length === 0) {
      this.#room.leave(this.#room.people.connsAt(HERE), this.#room.aliveAt(), { cut: true });
    }
    if (this.#beside.has()) this.#soon("nudge", GATHER_MS);
  }

  /** On every wake D1 is asked once; who joins waits for it only where nothing is known. */
  async #wake(sessionId: string, { bySocket = false } = {}): Promise<void> {
    this.#look({ bySocket });
    this.#refreshing ??= this.#refresh(sessionId).catch((error) => {
      this.#refreshing = undefined;
      const line = { unit: "object", object: "live-session", sessionId, outcome: "not refreshed" };
      log({ level: "warn", ...line, error: errorText(error) });
    });
    if (this.#room.known()) this.ctx.waitUntil(this.#refreshing);
    else await this.#refreshing;
  }

  async #refresh(sessionId: string): Promise<void> {
    const isNew = !this.#room.known();
    const { session, attendance } = await this.#read(sessionId);
    if (!session) return;
    if (isNew && !this.#room.known()) this.#room.stays.seed(attendance);
    if (this.#room.hear(newsOf(session))) await this.#plan();
  }

  /** The session as D1 has it, and what an object that has lost its storage knew of attendance. */
  async #read(sessionId: string) {
    const { db, batch } = databases(this.env.DB, newMeter(), undefined).for("primary");
    const sessions = sessionOfObject(db, sessionId);
    const attended = attendanceTold(db, sessionId, { wanted: !this.#room.known() });
    // SAFETY: the rows of the two statements above, in their order.
    const [[session], attendance] = (await batch([sessions, attended])) as [
      Awaited<typeof sessions>,
      Awaited<typeof attended>,
    ];
    return { session, attendance };
  }

  #enter(conn: Conn, since: number | undefined): string[] {
    this.#room.enter(conn);
    this.ctx.waitUntil(this.#alarms.setBy("pulse", clock.now() + PULSE_MS));
    return this.#room.greeting(conn, since);
  }

  #joinFault(userId: string): number | undefined {
    if (joinFault(this.#room.state().status)) return 409;
    return this.#room.isRemoved(userId) ? 403 : undefined;
  }

  #end(socket: WebSocket, { code, reason }: Close): void {
    socket.close(code, reason);
    this.#gone(socket);
  }

  #gone(socket: WebSocket): void {
    this.#look({ bySocket: true });
    this.#room.gone(this.#sockets.of(socket), clock.now());
  }

  /** Whoever is let go is gone at once: its client may never answer. */
  #close(how: Close, userId?: string): void {
    const conns = this.#room.people.connsOf(userId);
    this.#sockets.close(how, { userId });
    this.#beside.tell({ close: how, userId });
    this.#room.leave(conns, clock.now());
  }

  #soon(name: string, ms: number): void {
    this.ctx.waitUntil(this.#alarms.setBy(name, clock.now() + ms));
  }

  #host() {
    return unitOf(this.env, this.ctx, newMeter()).host;
  }

  #announce(): void {
    this.#room.announce();
    const at = overAt(this.#room.state());
    if (at !== null && at <= clock.now() && this.#room.people.present() === 0) this.#soon("end", 0);
  }

  async #pulse(): Promise<void> {
    const alive = new Set(this.#sockets.conns());
    const missing = this.#room.people.connsAt(HERE).filter((conn) => !alive.has(conn));
    this.#room.leave(missing, this.#room.aliveAt(), { cut: true });
    this.#room.alive(clock.now());
    if (this.#room.people.isEmpty()) return;
    await this.#alarms.set("pulse", clock.now() + PULSE_MS);
    await this.#beside.pulse();
  }

  /** As D1 has the session now: what was moved or cancelled since the alarm was set is left alone. */
  async #remind(sessionId: string): Promise<void> {
    const { session } = await this.#read(sessionId);
    if (session) await this.#alarms.set("reminder", await remind(this.#host(), lms, session));
  }

  async #plan(): Promise<void> {
    const state = this.#room.state();
    await this.#alarms.set("warning", warningAt(state, clock.now()));
    await this.#alarms.set("end", overAt(state));
  }

  async #warn(): Promise<void> {
    const { plannedEnd, sessionId } = this.#room.state();
    await this.#refresh(sessionId);
    const now = this.#room.state();
    if (now.status === "live" && now.plannedEnd === plannedEnd) this.#room.warn();
  }

  async #endIfOver(): Promise<void> {
    const { sessionId } = this.#room.state();
    await this.#refresh(sessionId);
    const at = overAt(this.#room.state());
    if (at === null) return;
    const now = clock.now();
    if (now < at) return this.#alarms.set("end", at);
    if (this.#room.people.present() > 0) return this.#alarms.set("end", now + LOOK_AGAIN_MS);
    await recordAttendance(this.#host(), lms, this.#room);
    await endSession(this.#host(), lms, this.#room.state());
  }
}
