import { webhookIdSchema } from "@forkd/contract";
import { parseJsonNow } from "@forkd/core";
import { readShortFile, replaceFile } from "@forkd/posix";
import { z } from "zod";

const LIMIT_BYTES = 4 * 1024 * 1024;

const recordSchema = z.strictObject({
  id: webhookIdSchema,
  url: z.string(),
  events: z.array(z.string()),
  allowPrivate: z.boolean(),
  createdAtUnix: z.number().int(),
  /** Events are signed with it, so a digest would be of no use. */
  secret: z.string(),
});

export type WebhookRecord = Readonly<z.output<typeof recordSchema>>;

const fileSchema = z.strictObject({ version: z.literal(1), webhooks: z.array(recordSchema) });

/** Where webhooks are kept: in one file that nobody else can read. A damaged one is an error that names it. */
export function createWebhookFile(path: string) {
  const damaged = (why: string): Error =>
    new Error(`${path} ${why}: put it back, or remove it to send no events`);
  return {
    async read(): Promise<WebhookRecord[]> {
      const bytes = await readShortFile(path, LIMIT_BYTES, damaged);
      if (bytes === undefined) return [];
      try {
        return fileSchema.parse(parseJsonNow(bytes)).webhooks;
      } catch {
        throw damaged("is not valid");
      }
    },
    write: (webhooks: readonly WebhookRecord[]): Promise<void> =>
      replaceFile(path, `${JSON.stringify({ version: 1, webhooks })}\n`),
  };
}
