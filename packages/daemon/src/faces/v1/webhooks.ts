import type { webhookRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Where events are sent: list, add, remove. */
export function createWebhookHandlers({ operations }: Services): Handlers<keyof typeof webhookRoutes> {
  return {
    listWebhooks: (call) => operations.listWebhooks(call.caller, {}, call),
    createWebhook: (call) => operations.createWebhook(call.caller, call.body, call),
    deleteWebhook: (call) => operations.removeWebhook(call.caller, call.params, call),
  };
}
