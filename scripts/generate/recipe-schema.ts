import { recipeSchema } from "@forkd/contract";
import { z } from "zod";

/** What a `forkd.toml` may say, as JSON Schema: for editors, and for clients in other languages. */
export function renderRecipeSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(recipeSchema, { io: "input" }), null, 2)}\n`;
}
