import { DurableObject } from "cloudflare:workers";
import { clock } from "../src/cloudflare/clock.ts";
import { databases, newMeter } from "../src/cloudflare/d1.ts";
import type { Env } from "../src/cloudflare/env.ts";
import { log, unitOf } from "../src/cloudflare/host.ts";
import { admissionOf } from "../src/cloudflare/upgrade.ts";
import { errorText } from "../src/kernel/error.ts";
import type { SessionLeaver, SessionNews } from "../src/kernel/ports.ts";
import { frameOf, tooLarge } from "../src/live/frames.ts";
import { GATHER_MS, peoplePage, presenceChanges } from "../src/live/presence.ts";
import { remind } from "../src/live/remind.ts";
import {
  CANCELLED_CLOSE,
  canCatchUp,
  DROPPED_CLOSE,
  heard,
  joinFault,
  newsOf,
  type RoomState,
  sessionChannel,
  sessionLeaver,
  sessionNews,
  shownState,
} from "../src/live/room.ts";
import { sessionOfObject } from "../src/live/statements.ts";
import { lms } from "../src/lms.ts";
import { ALARM_TABLE, alarmTable } from "./alarm-table.ts";
import { BROADCAST_TABLE, type Broadcast, broadcastLog } from "./broadcasts.ts";
import { crowd } from "./crowd.ts";
import { migrate } from "./migrate.ts";
import { ROOM_TABLES, roomStore } from "./room-store.ts";

const PRESENCE = "presence";
const REMINDER = "reminder";

/** Those connected to one live session, named by its id. What they are told is decided in src/live. */
export class LiveSession extends DurableObject<Env> {
  readonly #alarms = alarmTable(this.ctx.storage, { now: () => clock.now(), log });
  readonly #crowd = crowd(this.ctx, { now: () => clock.now(), log });
  readonly #broadcasts = broadcastLog(this.ctx.storage);
  readonly #room = roomStore(this.ctx.storage);
  #refreshing: Promise<void> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () =>
      migrate(ctx.storage, [ROOM_TABLES, BROADCAST_TABLE, ALARM_TABLE]),
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** What D1 holds now. */
  async tell(news: SessionNews): Promise<void> {
    const { remindAt, ...state } = sessionNews.parse(news);
    if (state.version >= (this.#room.state()?.version ?? 0) && remindAt !== undefined) {
      await this.#alarms.set(REMINDER, remindAt);
    }
    this.#hear(state);
  }

  /** A member whose access has ended: its sockets are closed, and its name is forgotten where that is asked. */
  async drop(leaver: SessionLeaver): Promise<void> {
    const { userId, forget } = sessionLeaver.parse(leaver);
    if (!this.#room.state()) return;
    if (forget) {
      this.#room.forget(userId);
      this.#broadcasts.forget(userId);
    }
    this.#crowd.closeOf(userId, DROPPED_CLOSE);
    await this.#presenceMoved();
  }

  /** The upgrade of a request that a ticket has let in. */
  override async fetch(request: Request): Promise<Response> {
    const { sessionId, since, ...who } = admissionOf(request);
    await this.#wake(sessionId);
    if (joinFault(this.#state().status)) return new Response(null, { status: 409 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#crowd.admit(server, who);
    this.#greet(server, since);
    await this.#presenceMoved();
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    await this.#wake(this.#state().sessionId);
    const closing = this.#crowd.spend(socket) ?? tooLarge(data);
    if (closing) return socket.close(closing.code, closing.reason);
    const frame = frameOf(data);
    switch (frame.type) {
      case "participants":
        return this.#send(socket, "participants", peoplePage(this.#crowd.people(), frame.after));
      case "fault":
        return this.#send(socket, "error", { code: "VALIDATION_FAILED", detail: frame.detail });
    }
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#crowd.part(socket, code);
    await this.#presenceMoved();
  }

  override async webSocketError(): Promise<void> {
    await this.#presenceMoved();
  }

  override async alarm(): Promise<void> {
    const { sessionId, orgId } = this.#state();
    await this.#wake(sessionId);
    const runs = {
      [PRESENCE]: async () => this.#tellPresence(),
      [REMINDER]: () => this.#remind(sessionId),
    };
    await this.#alarms.ring(runs, () => ({ object: "live-session", sessionId, orgId }));
  }

  /** On every wake D1 is asked once; who joins waits for it only where nothing is known. */
  async #wake(sessionId: string): Promise<void> {
    this.#refreshing ??= this.#refresh(sessionId);
    if (this.#room.state()) this.ctx.waitUntil(this.#refreshing);
    else await this.#refreshing;
  }

  async #refresh(sessionId: string): Promise<void> {
    try {
      const session = await this.#read(sessionId);
      if (session) this.#hear(newsOf(session));
    } catch (error) {
      this.#refreshing = undefined;
      const line = { unit: "object", object: "live-session", sessionId, outcome: "not refreshed" };
      log({ level: "warn", ...line, error: errorText(error) });
    }
  }

  async #read(sessionId: string) {
    const { db, batch } = databases(this.env.DB, newMeter(), undefined).for("primary");
    const statement = sessionOfObject(db, sessionId);
    // SAFETY: the rows of the one statement above.
    const [[session]] = (await batch([statement])) as [Awaited<typeof statement>];
    return session;
  }

  /** As D1 has the session now: what was moved or cancelled since the alarm was set is left alone. */
  async #remind(sessionId: string): Promise<void> {
    const session = await this.#read(sessionId);
    if (!session) return;
    const { host } = unitOf(this.env, this.ctx, newMeter());
    await this.#alarms.set(REMINDER, await remind(host, lms, session));
  }

  #state(): RoomState {
    const state = this.#room.state();
    if (!state) throw new Error("This session is not known here");
    return state;
  }

  #hear(news: RoomState): void {
    const change = heard(this.#room.state(), news);
    if (!change) return;
    this.#room.setState(change.state);
    if (change.told) {
      this.#broadcast("session:state", shownState(change.state, this.#crowd.people().size));
    }
    if (change.state.status === "cancelled") this.#crowd.closeAll(CANCELLED_CLOSE);
  }

  #greet(socket: WebSocket, since: number | undefined): void {
    const kept = this.#broadcasts.kept();
    if (canCatchUp(since, kept)) {
      for (const missed of this.#broadcasts.after(since))
        this.#crowd.push(socket, this.#framed(missed));
      return;
    }
    const participants = peoplePage(this.#crowd.people());
    const state = shownState(this.#state(), participants.count);
    const data = { state, participants, seq: kept.last };
    const welcome = { type: "welcome", data, timestamp: clock.now(), seq: kept.last };
    this.#crowd.push(socket, this.#framed(welcome));
  }

  async #presenceMoved(): Promise<void> {
    await this.#alarms.setBy(PRESENCE, clock.now() + GATHER_MS);
  }

  #tellPresence(): void {
    const people = this.#crowd.people();
    const changes = presenceChanges(this.#room.announced(), people);
    if (changes.length === 0) return;
    this.#room.announce(changes);
    this.#broadcast("session:presence", { changes, count: people.size });
  }

  #broadcast(type: string, data: unknown): void {
    this.#crowd.pushAll(this.#framed(this.#broadcasts.add(type, data, clock.now())));
  }

  /** To one alone, outside the sequence. */
  #send(socket: WebSocket, type: string, data: unknown): void {
    this.#crowd.push(socket, this.#framed({ type, data, timestamp: clock.now() }));
  }

  #framed({ type, data, timestamp, seq }: Omit<Broadcast, "seq"> & { seq?: number }): string {
    const { orgId, sessionId } = this.#state();
    const channel = sessionChannel(orgId, sessionId);
    return JSON.stringify({ type, channel, data, timestamp, seq });
  }
}
