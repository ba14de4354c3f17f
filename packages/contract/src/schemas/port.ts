import { z } from "zod";
import { timeoutSecsSchema } from "./primitives.ts";

export const portNumberSchema = z.coerce
  .number("must be a number from 1 to 65535")
  .int()
  .min(1)
  .max(65_535)
  .meta({ description: "A TCP port of the guest.", example: 8080 });

/** Ports of guests that are ports of the host, too. */
export const publishSchema = z
  .array(
    z.strictObject({
      port: portNumberSchema,
      host_port: z.number().int().min(1).max(65_535).nullable().default(null).meta({
        description: "On the host's loopback. Null: any that is free; n children have one each.",
      }),
    }),
  )
  .max(64)
  .meta({ description: "Ports of the guest that are to be ports of the host's loopback, too." });

export const publishedPortSchema = z
  .object({
    port: z.number().int(),
    host_port: z.number().int().meta({ description: "On 127.0.0.1." }),
  })
  .meta({ id: "PublishedPort" });

export const portInfoSchema = z
  .object({
    port: z.number().int(),
    address: z.string().meta({
      description: "What it is bound to. Ports of other addresses than the loopback's cannot be reached.",
    }),
    pid: z
      .number()
      .int()
      .nullable()
      .meta({ description: "The guest's process that listens, if it was found." }),
    command: z.string().nullable().meta({ description: "Its name." }),
    host_port: z
      .number()
      .int()
      .nullable()
      .meta({ description: "The port of the host's loopback that leads there, where it is published." }),
  })
  .meta({ id: "PortInfo" });

export const portWaitRequestSchema = z
  .strictObject({ timeout_secs: timeoutSecsSchema.default(60) })
  .meta({ id: "PortWaitRequest" });
