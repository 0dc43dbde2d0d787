import { DurableObject } from "cloudflare:workers";
import { admitted } from "../src/cloudflare/admission.ts";
import { clock } from "../src/cloudflare/clock.ts";
import { databases, newMeter } from "../src/cloudflare/d1.ts";
import type { Env } from "../src/cloudflare/env.ts";
import { log } from "../src/cloudflare/host.ts";
import { channelGateway, cohortObject } from "../src/cloudflare/objects.ts";
import { ONLINE_MS } from "../src/cohorts/online.ts";
import { standing } from "../src/identity/statements.ts";
import { errorText } from "../src/kernel/error.ts";
import type { ChannelMessage } from "../src/kernel/ports.ts";
import { channelNamed, granted } from "../src/live/channel-access.ts";
import { channelFrameOf } from "../src/live/channel-frames.ts";
import type {
  ChannelAnswer,
  ChannelError,
  ChannelErrorCode,
  ChannelRequest,
} from "../src/live/channel-protocol.ts";
import { connected } from "../src/live/connected.ts";
import { tooLarge } from "../src/live/frames.ts";
import { admission, ENDED_CLOSE, SHARD_SOCKETS } from "../src/live/gateway.ts";
import { DROPPED_CLOSE } from "../src/live/room.ts";
import { ALARM_TABLE, alarmTable } from "./alarm-table.ts";
import { channelDirectory, DIRECTORY_TABLES, toldOnce } from "./channel-directory.ts";
import { crowd } from "./crowd.ts";
import { migrate } from "./migrate.ts";
import { onlineTeller, TOLD_ONLINE_TABLE } from "./online-teller.ts";
import { type Listener, subscriptions } from "./subscriptions.ts";

const FIRST = 0;
/** Who came and who went is gathered for so long before cohorts are told. */
const GATHER_MS = 250;
const MOVED = "moved";
const ROUND = "round";
const ROUND_MS = ONLINE_MS / 2;
const DENIED = "There is no such channel, or it is not open to you";
const CLOSED = "This channel is no longer open to you";

/**
 * An organization's listeners outside its live sessions, in one object or, past a number of sockets,
 * in several. The first of them knows which have somebody on which channel.
 */
export class ChannelGateway extends DurableObject<Env> {
  readonly #sockets = crowd(this.ctx, { now: () => clock.now(), log });
  readonly #listeners = subscriptions(this.ctx);
  readonly #directory = channelDirectory(this.ctx.storage);
  readonly #told = toldOnce(this.ctx.storage);
  readonly #alarms = alarmTable(this.ctx.storage, { now: () => clock.now(), log });
  readonly #online = onlineTeller(this.ctx.storage, {
    present: (cohortId, people) =>
      cohortObject(this.env, cohortId).present({ cohortId, teller: this.#teller, people }),
    absent: (cohortId, userIds) =>
      cohortObject(this.env, cohortId).absent({ cohortId, teller: this.#teller, userIds }),
  });
  readonly #teller = this.ctx.id.toString();
  /** Forgotten with the object: the next round looks at everybody. */
  readonly #arrived = new Set<string>();
  /** What a socket sent is answered in its order. */
  readonly #turns = new WeakMap<WebSocket, Promise<void>>();
  /** How often rights may have changed: who read them before reads them anew. */
  #changes = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () =>
      migrate(ctx.storage, [DIRECTORY_TABLES, ALARM_TABLE, TOLD_ONLINE_TABLE]),
    );
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  /** Of the first: how many objects the organization has. */
  async shards(): Promise<number> {
    return this.#directory.shards();
  }

  /** Of the first: more objects, where all that were seen are full. */
  async grow(seen: number): Promise<void> {
    this.#directory.grow(seen);
  }

  /** Of the first: somebody in an object hears a channel from now on. */
  async follow(channel: string, shard: number): Promise<void> {
    this.#directory.follow(channel, shard);
  }

  /** Of the first: carries messages to the objects that have somebody on their channels, one call each. */
  async publish(orgId: string, messages: readonly ChannelMessage[]): Promise<void> {
    const routes = new Map<number, { message: ChannelMessage; mark: string }[]>();
    for (const message of messages) {
      for (const { shard, mark } of this.#directory.following(message.channel)) {
        routes.set(shard, [...(routes.get(shard) ?? []), { message, mark }]);
      }
    }
    await each([...routes], async ([shard, carried]) => {
      const deserted = await this.#at(orgId, shard).hear(carried.map(({ message }) => message));
      for (const { message, mark } of carried) {
        if (deserted.includes(message.channel)) {
          this.#directory.forget(message.channel, { shard, mark });
        }
      }
    });
  }

  /** Of the first: lets a person's sockets go, wherever they are. */
  async drop(orgId: string, userId: string): Promise<void> {
    await each(this.#all(), (shard) => this.#at(orgId, shard).close(userId));
  }

  /** Of the first: reads anew what a person may hear, or everybody. */
  async recheck(orgId: string, userId: string | null): Promise<void> {
    await each(this.#all(), (shard) => this.#at(orgId, shard).reread(userId));
  }

  /** Tells those here who listen; gives the channels that nobody here is on. */
  async hear(messages: readonly ChannelMessage[]): Promise<string[]> {
    const listeners = this.#listeners.open();
    const deserted: string[] = [];
    for (const { id, ...message } of messages) {
      const hearing = listeners.filter(({ channels }) => channels.has(message.channel));
      if (hearing.length === 0) deserted.push(message.channel);
      else if (this.#told.isNew(id, clock.now())) {
        const text = JSON.stringify(message);
        for (const { socket } of hearing) this.#sockets.push(socket, text);
      }
    }
    return deserted;
  }

  async close(userId: string): Promise<void> {
    this.#changes += 1;
    const { code, reason } = DROPPED_CLOSE;
    for (const { socket, hearer } of this.#listeners.open()) {
      if (hearer.userId === userId) socket.close(code, reason);
    }
    await this.#moved();
  }

  async reread(userId: string | null): Promise<void> {
    this.#changes += 1;
    const asked = this.#listeners
      .open()
      .filter(({ hearer }) => userId === null || hearer.userId === userId)
      .flatMap((listener) =>
        [...listener.channels].map(([name, channel]) => {
          return { listener, name, channel, hearer: listener.hearer };
        }),
      );
    const kept = new Set(await this.#granted(asked));
    for (const one of asked.filter((each) => !kept.has(each))) {
      this.#listeners.remove(one.listener, one.name);
      this.#answer(one.listener, "unsubscribed", one.name, { detail: CLOSED });
    }
  }

  /** The upgrade of a request that a ticket has let in; 503 where this object is full. */
  override async fetch(request: Request): Promise<Response> {
    const { socketsMax = SHARD_SOCKETS, ...hearer } = admitted(request, admission);
    if (this.#listeners.open().length >= socketsMax) return new Response(null, { status: 503 });
    const { 0: client, 1: server } = new WebSocketPair();
    this.#listeners.admit(server, hearer);
    this.#arrived.add(hearer.userId);
    await this.#moved();
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const closing = this.#sockets.spend(socket) ?? tooLarge(data);
    if (closing) return socket.close(closing.code, closing.reason);
    const frame = channelFrameOf(data);
    const listener = this.#listeners.of(socket);
    if (frame.type === "fault") {
      return this.#refuse(listener, undefined, "VALIDATION_FAILED", frame.detail);
    }
    const turn = (this.#turns.get(socket) ?? Promise.resolve()).then(() =>
      this.#act(listener, frame).catch((error) => this.#fail(listener, frame, error)),
    );
    this.#turns.set(socket, turn);
    await turn;
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.#sockets.part(socket, code);
    await this.#moved();
  }

  override async alarm(): Promise<void> {
    await this.#alarms.ring(
      { [MOVED]: () => this.#look(this.#arrived), [ROUND]: () => this.#look() },
      () => ({ object: "channel-gateway", sockets: this.#listeners.open().length }),
    );
    if (this.#listeners.open().length > 0) await this.#alarms.setBy(ROUND, clock.now() + ROUND_MS);
  }

  #moved(): Promise<void> {
    return this.#alarms.setBy(MOVED, clock.now() + GATHER_MS);
  }

  /** Tells cohorts who of these people is here, or of all, and lets those go who have signed out. */
  async #look(arrived?: Set<string>): Promise<void> {
    const listeners = this.#listeners.open();
    await this.#online.parted(new Set(listeners.map(({ hearer }) => hearer.userId)));
    const asked = listeners.filter(({ hearer }) => arrived?.has(hearer.userId) ?? true);
    const [first] = asked;
    if (!first) return arrived?.clear();
    const hearers = asked.map(({ hearer }) => hearer);
    const database = databases(this.env.DB, newMeter(), undefined).for("primary");
    const { attending, isLive } = await connected(database, first.hearer.orgId, hearers);
    const userIds = new Set(hearers.map(({ userId }) => userId));
    await this.#online.tell(userIds, attending);
    for (const userId of userIds) arrived?.delete(userId);
    const ended = asked.filter(({ hearer }) => !isLive(hearer));
    for (const { socket } of ended) socket.close(ENDED_CLOSE.code, ENDED_CLOSE.reason);
    if (ended.length > 0) await this.#moved();
  }

  async #act(listener: Listener, { type, channel: name }: ChannelRequest): Promise<void> {
    if (type === "unsubscribe") {
      this.#listeners.remove(listener, name);
      return this.#answer(listener, "unsubscribed", name);
    }
    const { hearer } = listener;
    if (!listener.channels.has(name)) {
      if (this.#listeners.isFull(listener)) {
        const detail = `A socket hears at most ${listener.channels.size} channels: unsubscribe from one`;
        return this.#refuse(listener, name, "CAPACITY_REACHED", detail);
      }
      const channel = channelNamed(name, hearer);
      if (!channel || !(await this.#isGranted({ hearer, channel }))) {
        return this.#refuse(listener, name, "PERMISSION_DENIED", DENIED);
      }
      if (listener.socket.readyState !== WebSocket.READY_STATE_OPEN) return;
      this.#listeners.add(listener, name, channel);
    }
    await this.#at(hearer.orgId, FIRST, hearer.shard).follow(name, hearer.shard);
    this.#answer(listener, "subscribed", name);
  }

  #fail(listener: Listener, { type, channel: name }: ChannelRequest, error: unknown): void {
    if (type === "subscribe") this.#listeners.remove(listener, name);
    const line = { unit: "object", object: "channel-gateway", outcome: "not answered" };
    log({ level: "warn", ...line, error: errorText(error) });
    this.#refuse(listener, name, "OVERLOADED", "This could not be looked up now: try again");
  }

  /** As D1 has it: read again where something changed in the meantime. */
  async #isGranted(asked: Asked): Promise<boolean> {
    for (;;) {
      const changes = this.#changes;
      const [yes] = await this.#granted([asked]);
      if (changes === this.#changes) return yes !== undefined;
    }
  }

  #granted<A extends Asked>(asked: readonly A[]): Promise<A[]> {
    const database = databases(this.env.DB, newMeter(), undefined).for("primary");
    return granted(database, standing, asked);
  }

  /** An object of the organization; this one is called directly. */
  #at(orgId: string, shard: number, here = FIRST) {
    return shard === here ? this : channelGateway(this.env, orgId, shard);
  }

  #all(): number[] {
    return Array.from({ length: this.#directory.shards() }, (_, shard) => shard);
  }

  #answer(
    { socket }: Listener,
    type: ChannelAnswer["type"],
    channel: string,
    data: ChannelAnswer["data"] = {},
  ): void {
    const answer: ChannelAnswer = { type, channel, data, timestamp: clock.now() };
    this.#sockets.push(socket, JSON.stringify(answer));
  }

  #refuse(
    { socket }: Listener,
    channel: string | undefined,
    code: ChannelErrorCode,
    detail: string,
  ): void {
    const named = channel === undefined ? {} : { channel };
    const error: ChannelError = {
      type: "error",
      ...named,
      data: { code, detail },
      timestamp: clock.now(),
    };
    this.#sockets.push(socket, JSON.stringify(error));
  }
}

type Asked = Parameters<typeof granted>[2][number];

/** All at once; what failed is known when all are done. */
async function each<T>(things: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const failed = (await Promise.allSettled(things.map(act))).find(
    (one) => one.status === "rejected",
  );
  if (failed) throw failed.reason;
}
