import { ResourceTemplate } from "@modelcontextprotocol/server";
import type { McpServer } from "@modelcontextprotocol/server";
import { decodePart, imageTypeOf } from "../results/file-content.ts";
import type { Session } from "../session.ts";
import { completeSandbox } from "./complete-sandbox.ts";
import { parseSandbox } from "./parse-sandbox.ts";
import { FILES } from "./templates.ts";

const MAX_BYTES = 1_048_576;

/** Any file of any sandbox; none is listed, since there are too many. */
export function registerFiles(server: McpServer, session: Session): void {
  const template = new ResourceTemplate(FILES.uri, {
    list: undefined,
    complete: { id: completeSandbox(session) },
  });
  const { name, title, description } = FILES;
  server.registerResource(name, template, { title, description }, async (uri, { id, path }, { mcpReq }) => {
    const { files } = session.forkd.sandboxes.at(parseSandbox(id));
    const place = `/${decodeURIComponent(String(path))}`;
    const bytes = await files.read(place, { maxBytes: MAX_BYTES, signal: mcpReq.signal });
    const { content, encoding } = decodePart(bytes, { length: bytes.length });
    if (encoding === "utf-8") return { contents: [{ uri: uri.href, mimeType: "text/plain", text: content }] };
    const mimeType = imageTypeOf(bytes) ?? "application/octet-stream";
    return { contents: [{ uri: uri.href, mimeType, blob: content }] };
  });
}
