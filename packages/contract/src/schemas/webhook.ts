import { z } from "zod";
import { EVENT_KINDS } from "./event.ts";

export const webhookIdSchema = z.string().regex(/^wh_[0-9a-f]{16}$/, "must be the id of a webhook");

const urlSchema = z
  .url({ protocol: /^https?$/, normalize: true, message: "must be an http or https URL" })
  .max(2048)
  .refine((url) => !/^https?:\/\/[^/?#]*@/.test(url), "must hold no user and no password");

export const webhookRequestSchema = z
  .strictObject({
    url: urlSchema.meta({ description: "Where events are sent, each by a POST." }),
    events: z
      .array(z.string().refine((kind) => EVENT_KINDS.has(kind), "is no kind of event"))
      .max(64)
      .default([])
      .meta({
        description:
          "Only these kinds: sandbox.died, or sandbox for all of them. None: all, but for the progress of jobs.",
      }),
    allow_private: z.boolean().default(false).meta({
      description: "Whether the URL may lead to an address that is not of the public internet.",
    }),
  })
  .meta({ id: "WebhookRequest" });

const count = z.number().int();

export const webhookInfoSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    allow_private: z.boolean(),
    created_at_unix: count,
    waiting: count.meta({ description: "Events that are to be sent." }),
    delivered: count.meta({ description: "Since the daemon started, as are the next two." }),
    failed: count.meta({ description: "Events that were given up after the last try." }),
    dropped: count.meta({ description: "Events for which there was no room." }),
    last_error: z
      .string()
      .nullable()
      .meta({ description: "Why the last try failed; null where it did not." }),
  })
  .meta({ id: "WebhookInfo" });

export const newWebhookSchema = webhookInfoSchema
  .extend({ secret: z.string().meta({ description: "What events are signed with. It is told this once." }) })
  .meta({ id: "NewWebhook" });
