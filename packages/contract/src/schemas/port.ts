import { z } from "zod";
import { timeoutSecsSchema } from "./primitives.ts";

export const portNumberSchema = z.coerce
  .number("must be a number from 1 to 65535")
  .int()
  .min(1)
  .max(65_535)
  .meta({ description: "A TCP port of the guest.", example: 8080 });

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
  })
  .meta({ id: "PortInfo" });

export const portWaitRequestSchema = z
  .strictObject({ timeout_secs: timeoutSecsSchema.default(60) })
  .meta({ id: "PortWaitRequest" });
