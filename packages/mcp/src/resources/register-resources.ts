import type { McpServer } from "@modelcontextprotocol/server";
import type { Session } from "../session.ts";
import { registerFiles } from "./files.ts";
import { registerLogs } from "./logs.ts";

/** What a client can read without a tool. */
export function registerResources(server: McpServer, session: Session): void {
  registerLogs(server, session);
  registerFiles(server, session);
}
