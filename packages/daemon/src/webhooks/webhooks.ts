import { randomBytes } from "node:crypto";
import { ForkdError, reasonOf } from "@forkd/contract";
import type { NewWebhook, WebhookInfo, WebhookRequest } from "@forkd/contract";
import { Semaphore } from "@forkd/core";
import type { CallOptions, EventStream, WebhookSenders } from "@forkd/core";
import { checkAddress, EventPoster } from "./post-event.ts";
import { Sender } from "./sender.ts";
import type { SenderOptions } from "./sender.ts";
import type { createWebhookFile, WebhookRecord } from "./webhook-file.ts";

const LIMIT = 32;

interface Entry {
  readonly record: WebhookRecord;
  readonly poster: EventPoster;
  readonly sender: Sender;
}

type Store = Pick<ReturnType<typeof createWebhookFile>, "read" | "write">;

/** All webhooks, fed from the stream of events until disposal. What waits then is not sent any more. */
export class Webhooks implements WebhookSenders, Disposable {
  readonly #store: Store;
  readonly #listening: Disposable;
  readonly #timing: Partial<SenderOptions>;
  readonly #turn = new Semaphore(1);
  #entries: readonly Entry[];

  static async open(
    store: Store,
    events: EventStream,
    timing: Partial<SenderOptions> = {},
  ): Promise<Webhooks> {
    return new Webhooks(store, events, await store.read(), timing);
  }

  private constructor(
    store: Store,
    events: EventStream,
    records: readonly WebhookRecord[],
    timing: Partial<SenderOptions>,
  ) {
    this.#store = store;
    this.#timing = timing;
    this.#entries = records.map((record) => this.#begin(record));
    this.#listening = events.listen((event) => {
      for (const { sender } of this.#entries) sender.offer(event);
    });
  }

  list(): WebhookInfo[] {
    return this.#entries.map(describe);
  }

  async create(
    { allow_private: allowPrivate, ...request }: WebhookRequest,
    options: CallOptions,
  ): Promise<NewWebhook> {
    if (!allowPrivate) requirePublic(request.url);
    using _ = await this.#turn.acquire("the list of webhooks", options);
    if (this.#entries.length >= LIMIT) throw new ForkdError("webhook_limit", { limit: LIMIT });
    const record: WebhookRecord = {
      ...request,
      allowPrivate,
      id: `wh_${randomBytes(8).toString("hex")}`,
      createdAtUnix: Math.floor(Date.now() / 1000),
      secret: `whsec_${randomBytes(24).toString("hex")}`,
    };
    await this.#store.write([...this.#entries.map((entry) => entry.record), record]);
    const entry = this.#begin(record);
    this.#entries = [...this.#entries, entry];
    return { ...describe(entry), secret: record.secret };
  }

  async remove(webhook: string, options: CallOptions): Promise<void> {
    using _ = await this.#turn.acquire("the list of webhooks", options);
    const found = this.#entries.find(({ record }) => record.id === webhook);
    if (found === undefined) throw new ForkdError("webhook_not_found", { webhook });
    const others = this.#entries.filter((entry) => entry !== found);
    await this.#store.write(others.map(({ record }) => record));
    this.#entries = others;
    end(found);
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
    this.#entries.forEach(end);
  }

  #begin(record: WebhookRecord): Entry {
    const poster = new EventPoster(record);
    const post: SenderOptions["post"] = (event, signal) => poster.post(event, signal);
    return { record, poster, sender: new Sender({ post, events: record.events, ...this.#timing }) };
  }
}

function end({ sender, poster }: Entry): void {
  sender[Symbol.dispose]();
  poster[Symbol.dispose]();
}

/** Of an address that stands in the URL it is known at once that nothing will be sent there. */
function requirePublic(url: string): void {
  try {
    checkAddress(url);
  } catch (error) {
    const message = `${reasonOf(error)}; allow_private allows it`;
    throw new ForkdError("invalid_request", { issues: [{ path: "url", message }] });
  }
}

function describe({ record, sender }: Entry): WebhookInfo {
  const { id, url, events, allowPrivate, createdAtUnix } = record;
  return {
    id,
    url,
    events,
    allow_private: allowPrivate,
    created_at_unix: createdAtUnix,
    ...sender.describe(),
  };
}
