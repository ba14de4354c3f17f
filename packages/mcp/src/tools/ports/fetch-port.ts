import { z } from "zod";
import { readBody } from "../../results/read-body.ts";
import { TEXT_LIMIT } from "../../results/limit-text.ts";
import { decodePart } from "../../results/file-content.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";
import { portField } from "./port-field.ts";

const MAX_BODY = 1_048_576;
const MAX_HEADERS = 100;
const NO_BREAKS = /^[^\r\n\0]*$/;

export const fetchPort = defineTool({
  name: "fetch_port",
  title: "Ask a web server in a sandbox",
  description:
    "Send a request over HTTP to a port of a sandbox, and get the answer. Redirects are not followed.",
  effect: "runs",
  input: z.strictObject({
    id: sandboxField,
    port: portField,
    path: z
      .string()
      .max(8192)
      .regex(/^\/[!-~]*$/, "must begin with / and be encoded as in a URL")
      .default("/"),
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).default("GET"),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9-]{1,128}$/), z.string().max(8192).regex(NO_BREAKS))
      .default({}),
    body: z.string().max(MAX_BODY).optional(),
    timeout_secs: z.number().positive().max(600).default(30),
    max_output: z.number().int().min(0).max(MAX_BODY).default(TEXT_LIMIT).meta({
      description: "How many bytes of the body are given; more is cut.",
    }),
  }),
  output: z.object({
    status: z.number().int(),
    headers: z.record(z.string(), z.string()),
    encoding: z.enum(["utf-8", "base64"]),
    body: z.string(),
    truncated: z.boolean(),
  }),
  async run({ id, port, path, timeout_secs, max_output, ...request }, { session, signal }) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout_secs * 1000)]);
    const response = await session.forkd.sandboxes.at(id).fetch(port, path, { ...request, signal: limit });
    const bytes = await readBody(response, max_output + 1);
    const { content, encoding } = decodePart(bytes, { length: max_output });
    const truncated = bytes.length > max_output;
    const headers = Object.fromEntries([...response.headers].slice(0, MAX_HEADERS));
    const note = truncated ? "\n[cut: raise max_output, or ask for a part]" : "";
    return {
      data: { status: response.status, headers, encoding, body: content, truncated },
      text: `${response.status} ${response.statusText}\n${content}${note}`,
    };
  },
});
