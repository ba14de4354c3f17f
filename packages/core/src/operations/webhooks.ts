import type { NewWebhook, WebhookInfo, WebhookRequest } from "@forkd/contract";
import type { Asked } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** Where events are sent. */
export function createWebhookOperations({ webhooks, events }: Pick<OperationPorts, "webhooks" | "events">) {
  const listWebhooks: (...asked: Asked) => Promise<WebhookInfo[]> = async () => webhooks.list();
  return {
    listWebhooks,
    async createWebhook(...[caller, request, options]: Asked<WebhookRequest>): Promise<NewWebhook> {
      const made = await webhooks.create(request, options);
      events.emit({ type: "webhook.created", webhook: made.id, url: made.url }, caller);
      return made;
    },
    async removeWebhook(
      ...[caller, { webhook }, options]: Asked<{ readonly webhook: string }>
    ): Promise<void> {
      await webhooks.remove(webhook, options);
      events.emit({ type: "webhook.removed", webhook }, caller);
    },
  };
}
