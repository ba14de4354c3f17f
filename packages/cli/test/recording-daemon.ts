import type { IncomingHttpHeaders } from "node:http";
import { answerJson, answerLines, readBody, serveHttp } from "../../sdk/test/http-fixture.ts";
import type { HttpFixture } from "../../sdk/test/http-fixture.ts";
import { checkJson, checkLines } from "./check-reply.ts";

/** What a route answers: a JSON value, lines of JSON, or nothing but a status. */
export type Answer =
  | { readonly status?: number; readonly json: unknown }
  | { readonly lines: readonly unknown[] }
  | { readonly status: number };

export interface RecordedRequest {
  /** `POST /v1/gc` */
  readonly route: string;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

export interface RecordingDaemon extends HttpFixture {
  readonly requests: readonly RecordedRequest[];
}

/**
 * A server that answers each route as a test says, whatever its query unless that is named, and notes what was asked. Others
 * are not found. Throws when the
 * contract has other answers.
 */
export async function serveRoutes(routes: Readonly<Record<string, Answer>>): Promise<RecordingDaemon> {
  for (const [route, answer] of Object.entries(routes)) checkAnswer(route, answer);
  const requests: RecordedRequest[] = [];
  const server = await serveHttp("unix", async (request, response) => {
    const route = `${request.method} ${request.url}`;
    const text = await readBody(request);
    const body = text === "" ? undefined : (JSON.parse(text) as unknown);
    requests.push({ route, body, headers: request.headers });
    const answer = routes[route] ??
      routes[route.split("?")[0] ?? ""] ?? {
        status: 404,
        json: { error: route, code: "not_found", hint: "" },
      };
    if ("lines" in answer) answerLines(response, answer.lines);
    else if ("json" in answer) answerJson(response, answer.status ?? 200, answer.json);
    else response.writeHead(answer.status).end();
  });
  return Object.assign(server, { requests });
}

function checkAnswer(route: string, answer: Answer): void {
  if ("lines" in answer) checkLines(route, answer.lines);
  else if ("json" in answer) checkJson(route, answer.status ?? 200, answer.json);
}

/** The end of a progress stream. */
export const result = (value: unknown): Answer => ({ lines: [{ type: "result", result: value }] });
