import type { NewWebhook, WebhookInfo, WebhookRequest } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions } from "./options.ts";

/** Where the daemon sends events. For tokens of scope `admin`. */
export class Webhooks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Has events sent to a URL. What they are signed with, `secret`, is told this once. Throws `webhook_limit`.
   *
   * @example const { secret } = await forkd.webhooks.create({ url: "https://example.org/hook", events: ["sandbox.died"] });
   */
  create(request: WebhookRequest, options: CallOptions = {}): Promise<NewWebhook> {
    return this.#connection.call("createWebhook", { body: request }, options);
  }

  /** All of them, and how it goes. */
  list(options: CallOptions = {}): Promise<readonly WebhookInfo[]> {
    return this.#connection.call("listWebhooks", {}, options);
  }

  /** Sends no more there, also not what waits. Throws `webhook_not_found`. */
  remove(webhook: string, options: CallOptions = {}): Promise<void> {
    return this.#connection.call("deleteWebhook", { params: { webhook } }, options);
  }
}
