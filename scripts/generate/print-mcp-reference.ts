import { renderMcpReference } from "./render-mcp-reference.ts";

process.stdout.write(renderMcpReference());
