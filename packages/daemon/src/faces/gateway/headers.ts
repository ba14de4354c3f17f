import type { IncomingMessage } from "node:http";
import { redirectBelow } from "./redirect.ts";
import { TOKEN_HEADER, TRAFFIC_TOKEN_HEADER } from "./token-header.ts";
import type { Target } from "./target.ts";

/** Fields as Node has them, name and value by turns: order and repetitions are kept. */
export type RawHeaders = string[];

/** RFC 9110, 7.6.1: what concerns one connection alone. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What a request says anew to the next hop, or to us alone; the 100 of an expectation was given by our own server. */
const OF_REQUEST = [
  "host",
  "content-length",
  "expect",
  TOKEN_HEADER,
  TRAFFIC_TOKEN_HEADER,
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-prefix",
  "x-forwarded-proto",
];

/** On a path of the API these are the API's own: what opens it is not for guests. */
const API_CREDENTIALS = ["authorization", "cookie"];

/** What an answer would say of all that its origin has, which on a path of the API is the API, or make its reader go there. */
const OF_ORIGIN = [
  "alt-svc",
  "clear-site-data",
  "location",
  "nel",
  "refresh",
  "report-to",
  "service-worker-allowed",
  "set-cookie",
  "strict-transport-security",
  "use-as-dictionary",
  "www-authenticate",
];

/** The fields of a request for the program in the guest. */
export function forwardRequestHeaders(request: IncomingMessage, target: Target): RawHeaders {
  const { headers, socket } = request;
  const host = headers.host ?? "";
  const isApi = target.kind === "path";
  const known = (name: string): string | undefined => [headers[name]].flat().join(", ") || undefined;
  const fields: [string, string | undefined][] = [
    ["host", isApi ? `localhost:${Number(target.port)}` : host],
    ["content-length", headers["transfer-encoding"] === undefined ? headers["content-length"] : undefined],
    ["transfer-encoding", headers["transfer-encoding"]],
    ["via", [known("via"), `${request.httpVersion} forkd`].filter(Boolean).join(", ")],
    ["x-forwarded-for", [known("x-forwarded-for"), socket.remoteAddress].filter(Boolean).join(", ")],
    ["x-forwarded-host", known("x-forwarded-host") ?? host],
    ["x-forwarded-prefix", target.prefix],
    ["x-forwarded-proto", known("x-forwarded-proto") ?? ("encrypted" in socket ? "https" : "http")],
  ];
  const ours = fields.filter((field): field is [string, string] => Boolean(field[1]));
  const dropped = isApi ? [...OF_REQUEST, ...API_CREDENTIALS] : OF_REQUEST;
  return [...keepEndToEnd(request, dropped), ...ours.flat()];
}

/** The fields of an answer for the caller. */
export function forwardResponseHeaders(
  answer: IncomingMessage,
  target: Target,
  request: IncomingMessage,
): RawHeaders {
  if (target.kind !== "path") return keepEndToEnd(answer, []);
  const { location } = answer.headers;
  const kept = [...keepEndToEnd(answer, OF_ORIGIN), "content-security-policy", CONFINED];
  if (location === undefined) return kept;
  return [...kept, "location", redirectBelow(location, target, request.headers.host ?? "")];
}

/** A page on a path of the API would be of its origin, so it gets none: its scripts cannot read what the API answers. */
const CONFINED = "sandbox allow-downloads allow-modals allow-popups allow-scripts";

function keepEndToEnd({ rawHeaders, headers }: IncomingMessage, dropped: readonly string[]): RawHeaders {
  // What every message needs is never of one connection alone, whatever Connection says.
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  const isDropped = (name: string): boolean =>
    HOP_BY_HOP.has(name) || dropped.includes(name) || (named.includes(name) && name !== "content-length");
  const kept: RawHeaders = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    if (!isDropped(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
