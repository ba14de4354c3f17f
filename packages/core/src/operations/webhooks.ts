import type { NewWebhook, WebhookInfo, WebhookRequest } from "@forkd/contract";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** Where events are sent. */
export function createWebhookOperations({ webhooks }: Pick<OperationPorts, "webhooks">) {
  const listWebhooks: (...asked: Asked) => Promise<WebhookInfo[]> = async () => webhooks.list();
  return {
    listWebhooks,
    createWebhook: (...[, request, options]: Asked<WebhookRequest>): Promise<NewWebhook> =>
      webhooks.create(request, options),
    removeWebhook: (...[, { webhook }, options]: Asked<{ readonly webhook: string }>): Promise<void> =>
      webhooks.remove(webhook, options),
  };
}
