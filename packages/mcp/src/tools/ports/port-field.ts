import { z } from "zod";

export const portField = z
  .number()
  .int()
  .min(1)
  .max(65_535)
  .meta({ description: "A TCP port of the sandbox." });
