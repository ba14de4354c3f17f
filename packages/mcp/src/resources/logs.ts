import { ResourceTemplate } from "@modelcontextprotocol/server";
import type { McpServer } from "@modelcontextprotocol/server";
import { readTail } from "../results/read-tail.ts";
import type { Session } from "../session.ts";
import { completeSandbox } from "./complete-sandbox.ts";
import { parseSandbox } from "./parse-sandbox.ts";
import { LOGS } from "./templates.ts";

/** How much of a log is given: its end. */
const MAX_CHARACTERS = 262_144;
/** How many sandboxes have their logs in the list of resources. */
const MAX_LISTED = 200;

/** The console of each sandbox, the dead ones of the last ten minutes among them. */
export function registerLogs(server: McpServer, session: Session): void {
  const template = new ResourceTemplate(LOGS.uri, {
    list: async ({ mcpReq }) => {
      const sandboxes = await session.forkd.sandboxes.list({ signal: mcpReq.signal });
      return {
        resources: sandboxes.slice(0, MAX_LISTED).map(({ id, info }) => ({
          uri: `forkd://sandboxes/${id}/logs`,
          name: `logs of ${info.name ?? id}`,
          mimeType: "text/plain",
        })),
      };
    },
    complete: { id: completeSandbox(session) },
  });
  const { name, title, description } = LOGS;
  server.registerResource(
    name,
    template,
    { title, description, mimeType: "text/plain" },
    async (uri, { id }, { mcpReq }) => {
      const log = await session.forkd.sandboxes.at(parseSandbox(id)).logs({ signal: mcpReq.signal });
      const { text } = await readTail(log, MAX_CHARACTERS);
      return { contents: [{ uri: uri.href, mimeType: "text/plain", text }] };
    },
  );
}
