import { webhookIdSchema } from "@forkd/contract";
import { z } from "zod";
import { createListFile } from "../list-file.ts";

const item = z.strictObject({
  id: webhookIdSchema,
  url: z.string(),
  events: z.array(z.string()),
  allowPrivate: z.boolean(),
  createdAtUnix: z.number().int(),
  /** Events are signed with it, so a digest would be of no use. */
  secret: z.string(),
});

export type WebhookRecord = Readonly<z.output<typeof item>>;

/** Keeps webhooks. */
export function createWebhookFile(path: string) {
  return createListFile(path, { name: "webhooks", item, withoutIt: "send no events" });
}
