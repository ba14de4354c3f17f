import { z } from "zod";
import { tagSchema } from "../schemas/primitives.ts";
import * as token from "../schemas/token.ts";
import { defineRoutes } from "./route.ts";

export const tokenRoutes = defineRoutes({
  listTokens: {
    method: "GET",
    path: "/v1/tokens",
    summary: "List the tokens that open the API by TCP, without their secrets.",
    scope: "admin",
    status: 200,
    reply: "json",
    response: z.array(token.tokenInfoSchema),
    errors: [],
  },
  createToken: {
    method: "POST",
    path: "/v1/tokens",
    summary: "Make a token. Its secret is in this answer, and never told again.",
    scope: "admin",
    body: token.tokenRequestSchema,
    status: 201,
    reply: "json",
    response: token.newTokenSchema,
    errors: ["token_name_taken", "disk_full"],
  },
  revokeToken: {
    method: "DELETE",
    path: "/v1/tokens/:name",
    summary: "Revoke a token. What its holder has under way ends.",
    scope: "admin",
    params: z.object({ name: tagSchema }),
    status: 204,
    reply: "empty",
    errors: ["token_not_found", "disk_full"],
  },
});
