import { z } from "zod";
import * as webhook from "../schemas/webhook.ts";
import { defineRoutes } from "./route.ts";

export const webhookRoutes = defineRoutes({
  listWebhooks: {
    method: "GET",
    path: "/v1/webhooks",
    summary: "List where events are sent, and how that goes.",
    scope: "admin",
    status: 200,
    reply: "json",
    response: z.array(webhook.webhookInfoSchema),
    errors: [],
  },
  createWebhook: {
    method: "POST",
    path: "/v1/webhooks",
    summary: "Have events sent to a URL, signed. The secret is in this answer, and never told again.",
    scope: "admin",
    body: webhook.webhookRequestSchema,
    status: 201,
    reply: "json",
    response: webhook.newWebhookSchema,
    errors: ["webhook_limit", "disk_full"],
  },
  deleteWebhook: {
    method: "DELETE",
    path: "/v1/webhooks/:webhook",
    summary: "Send no more events there.",
    scope: "admin",
    params: z.object({ webhook: webhook.webhookIdSchema }),
    status: 204,
    reply: "empty",
    errors: ["webhook_not_found", "disk_full"],
  },
});
