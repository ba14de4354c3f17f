import { CLIENT_CAPABILITIES_META_KEY, McpServer } from "@modelcontextprotocol/server";
import type {
  ClientCapabilities,
  ServerContext,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from "@modelcontextprotocol/server";
import type { z } from "zod";
import { callTool } from "./call-tool.ts";
import { registerResources } from "./resources/register-resources.ts";
import type { Session } from "./session.ts";
import { TOOLS } from "./tools/index.ts";
import type { AnyTool } from "./tool.ts";

export const SERVER_INFO = { name: "forkd", title: "forkd", version: "0.1.0" } as const;

const INSTRUCTIONS = `Sandboxes are small virtual machines that are forked from warm snapshots in milliseconds, so take a \
fresh one for each attempt rather than cleaning one up. list_snapshots says what there is, spawn_sandboxes gives machines, \
exec_command and eval_code work in them, fork_sandbox copies a running one to try several ways at once, and branch_sandbox \
keeps a point to come back to. Wherever an id of a sandbox is asked for, its name will do. Paths are absolute.`;

/** A server for one connection, or for one request over HTTP. */
export function createMcpServer(session: Session): McpServer {
  const server = new McpServer(SERVER_INFO, {
    instructions: INSTRUCTIONS,
    capabilities: { tools: {}, resources: {} },
  });
  for (const tool of TOOLS) registerTool(server, tool, session);
  registerResources(server, session);
  return server;
}

function registerTool(server: McpServer, tool: AnyTool, session: Session): void {
  const { name, title, description, input, output } = tool;
  const config = {
    title,
    description,
    inputSchema: withoutChecks(input),
    outputSchema: output,
    annotations: annotate(tool),
  };
  server.registerTool(name, config, (args, context) =>
    callTool(tool, args, { session, context, canAsk: canAsk(server, context) }),
  );
}

/** A schema for the list of tools alone: arguments are checked where errors are told in our words. */
function withoutChecks(schema: z.ZodObject): StandardSchemaWithJSON<unknown, unknown> {
  const { jsonSchema } = schema["~standard"];
  return { "~standard": { version: 1, vendor: "forkd", validate: (value) => ({ value }), jsonSchema } };
}

/** What a client may show or ask before a call. */
export function annotate({ effect, reachesOut }: AnyTool): ToolAnnotations {
  return {
    readOnlyHint: effect === "reads",
    destructiveHint: effect === "destroys" || effect === "runs",
    idempotentHint: effect !== "makes" && effect !== "runs",
    openWorldHint: reachesOut ?? false,
  };
}

/** Newer clients say what they can in each request, older ones once. */
function canAsk(server: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope: Record<string, unknown> = mcpReq.envelope ?? {};
  const said = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  const { elicitation } = said ?? server.server.getClientCapabilities() ?? {};
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}
