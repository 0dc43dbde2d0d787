import { DurableObject } from "cloudflare:workers";
import { clock } from "../src/cloudflare/clock.ts";
import type { Env } from "../src/cloudflare/env.ts";
import { log } from "../src/cloudflare/host.ts";
import { sessionObject } from "../src/cloudflare/objects.ts";
import { admissionOf } from "../src/cloudflare/upgrade.ts";
import { errorText } from "../src/kernel/error.ts";
import { newId } from "../src/kernel/id.ts";
import { frameOf, tooLarge } from "../src/live/frames.ts";
import { fault } from "../src/live/manners.ts";
import { SOCKETS_MAX } from "../src/live/places.ts";
import { GATHER_MS } from "../src/live/presence.ts";
import type { ErrorData } from "../src/live/protocol.ts";
import { ALARM_TABLE, alarmTable } from "./alarm-table.ts";
import { crowd } from "./crowd.ts";
import { FAN_OUT_TABLES, fanOutStore } from "./fan-out-store.ts";
import { migrate } from "./migrate.ts";
import type { Item } from "./relay.ts";

const BEHIND_CLOSE = { code: 1012, reason: "Connect again" };
const BUSY = fault("OVERLOADED", "The session could not be reached; send it again");

/** Up to five hundred sockets of one session, whose own object orders and keeps all that they are told. */
export class LiveSessionFanOut extends DurableObject<Env> {
  readonly #alarms = alarmTable(this.ctx.storage, { now: () => clock.now(), log });
  readonly #sockets = crowd(this.ctx, { now: () => clock.now(), log });
  readonly #kept = fanOutStore(this.ctx.storage);
  /** Those who wait for their greeting, and what was told meanwhile. */
  readonly #arriving = new Map<string, { seq: number; text: string }[]>();
  #order: Promise<void> = Promise.resolve();
  #isNew = true;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => migrate(ctx.storage, [FAN_OUT_TABLES, ALARM_TABLE]));
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** The upgrade of a request that the session's object has sent here. */
  override async fetch(request: Request): Promise<Response> {
    const { sessionId, since, place = 0, full: _, ...who } = admissionOf(request);
    if (this.#sockets.count() + this.#arriving.size >= SOCKETS_MAX) {
      return new Response(null, { status: 503 });
    }
    const conns = this.#isNew ? this.#sockets.conns() : undefined;
    this.#isNew = false;
    const conn = newId();
    const told: { seq: number; text: string }[] = [];
    this.#arriving.set(conn, told);
    try {
      const room = sessionObject(this.env, sessionId);
      const greeting = await room.greet({ ...who, conn, place }, since, conns);
      if ("fault" in greeting) return new Response(null, { status: greeting.fault });
      const { seq, channel } = greeting;
      const { 0: client, 1: server } = new WebSocketPair();
      const reached = this.#sockets.count() === 0 ? Math.max(seq, told.at(-1)?.seq ?? 0) : 0;
      this.#kept.set({ sessionId, place, channel, last: Math.max(reached, this.#kept.last()) });
      this.#sockets.admit(server, { ...who, conn, floor: seq });
      for (const text of greeting.texts) this.#sockets.push(server, text);
      let at = seq;
      for (const one of told) {
        if (one.seq <= at) continue;
        this.#sockets.push(server, one.text);
        at = one.seq;
      }
      return new Response(null, { status: 101, webSocket: client });
    } finally {
      this.#arriving.delete(conn);
    }
  }

  /** Broadcasts and closes in their order; what is missing before them, or up to `last`, is asked for. */
  async deliver(last: number, items: Item[]): Promise<void> {
    const turn = this.#order.then(() => this.#take(last, items));
    this.#order = turn.catch(() => undefined);
    return turn;
  }

  /** Every socket here. */
  async conns(): Promise<string[]> {
    return [...this.#sockets.conns(), ...this.#arriving.keys()];
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const closing = this.#sockets.spend(socket) ?? tooLarge(data);
    if (closing) {
      socket.close(closing.code, closing.reason);
      return this.#gone(socket);
    }
    const frame = frameOf(data);
    if (frame.type === "fault") {
      return this.#fault(socket, fault("VALIDATION_FAILED", frame.detail), frame.ref);
    }
    const { floor: _, ...who } = this.#sockets.of(socket);
    const { sessionId, place } = this.#kept.get();
    try {
      const answer = await sessionObject(this.env, sessionId).up({ ...who, place }, frame);
      if (answer !== undefined) this.#sockets.push(socket, answer);
    } catch (error) {
      log({
        level: "warn",
        unit: "fan-out",
        sessionId,
        outcome: "not passed up",
        error: errorText(error),
      });
      this.#fault(socket, BUSY, frame.ref);
    }
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#sockets.part(socket, code);
    await this.#gone(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.#gone(socket);
  }

  override async alarm(): Promise<void> {
    const { sessionId, place } = this.#kept.get();
    const left = async () => {
      const gone = this.#kept.gone();
      await sessionObject(this.env, sessionId).left(place, gone);
      this.#kept.told(gone);
    };
    await this.#alarms.ring({ left }, () => ({ object: "live-fan-out", sessionId, place }));
  }

  async #take(last: number, items: readonly Item[]): Promise<void> {
    for (const item of items) {
      if ("close" in item) this.#sockets.close(item.close, item);
      else {
        const isBehind = this.#sockets.count() > 0 && item.seq > this.#kept.last() + 1;
        if (isBehind) await this.#catchUp();
        this.#pass(item);
      }
    }
    if (last > this.#kept.last() && this.#sockets.count() > 0) await this.#catchUp();
  }

  #pass({ seq, text }: { seq: number; text: string }): void {
    for (const told of this.#arriving.values()) told.push({ seq, text });
    if (seq <= this.#kept.last()) return;
    this.#sockets.pushAll(seq, text);
    this.#kept.reached(seq);
  }

  /** Where too much is gone to be caught up with, all come again. */
  async #catchUp(): Promise<void> {
    const { sessionId } = this.#kept.get();
    const { last, items } = await sessionObject(this.env, sessionId).missed(this.#kept.last());
    if (items) for (const item of items) this.#pass(item);
    else this.#sockets.close(BEHIND_CLOSE);
    this.#kept.reached(last);
  }

  async #gone(socket: WebSocket): Promise<void> {
    this.#kept.lost(this.#sockets.of(socket).conn, clock.now());
    await this.#alarms.setBy("left", clock.now() + GATHER_MS);
  }

  #fault(socket: WebSocket, data: ErrorData, ref: string | undefined): void {
    const { channel } = this.#kept.get();
    const frame = { type: "error", channel, data, timestamp: clock.now(), ref };
    this.#sockets.push(socket, JSON.stringify(frame));
  }
}
