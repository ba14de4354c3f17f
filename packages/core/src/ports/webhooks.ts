import type { NewWebhook, WebhookInfo, WebhookRequest } from "@forkd/contract";
import type { CallOptions } from "./options.ts";

/** Sends events to URLs. */
export interface WebhookSenders {
  list(): WebhookInfo[];
  /** Throws `webhook_limit`. */
  create(request: WebhookRequest, options: CallOptions): Promise<NewWebhook>;
  /** Throws `webhook_not_found`. */
  remove(id: string, options: CallOptions): Promise<void>;
}
