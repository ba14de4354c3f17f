import { execRequestSchema } from "@forkd/contract";
import type { Services } from "../../../services.ts";
import type { EnvdRoutes } from "./envd-call.ts";
import { parseEnvironment } from "./process/process-environment.ts";
import { sendJson } from "../send-json.ts";

const LIMIT_BYTES = 128 * 1024;

/** What the environment of a command is to which none is given. */
export function createVariableRoutes({ operations }: Services): EnvdRoutes {
  return {
    "GET /envs": async (call, _, response) => {
      const request = execRequestSchema.parse({ args: ["env", "-0"], user: call.user });
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const event of await operations.exec(call.caller, { id: call.id, request }, call)) {
        if (event.type !== "stdout") continue;
        chunks.push(event.data);
        bytes += event.data.length;
        if (bytes > LIMIT_BYTES) break;
      }
      sendJson(response, parseEnvironment(Buffer.concat(chunks).toString()).envs);
    },
  };
}
