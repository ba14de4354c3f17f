import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { answerJson, answerLines } from "../../sdk/test/http-fixture.ts";
import { checkJson, checkLines } from "./check-reply.ts";

export const LAUNCHER = resolve(import.meta.dirname, "../../../bin/forkd");

/** Starts the real program, against a daemon that answers as a test says. */
export function startForkd(
  url: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const env = { ...process.env, FORKD_URL: url, NO_COLOR: "1", ...environment };
  return spawn(LAUNCHER, args, { env });
}

/** What a program said until its end. */
export async function finish(child: ChildProcessWithoutNullStreams) {
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { stdout, stderr, status };
}

/** Runs the program to its end, without input. */
export async function forkd(url: string, ...args: string[]) {
  const child = startForkd(url, args);
  child.stdin.end();
  return await finish(child);
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A daemon that answers every request with this, if the contract has such an answer. */
export const reply = (status: number, body: unknown): Handler =>
  orMistake((request, response) => {
    checkJson(nameOf(request), status, body);
    answerJson(response, status, body);
  });

/** A daemon that answers every request with these lines of JSON, if the contract has such an answer. */
export const lines = (...values: unknown[]): Handler =>
  orMistake((request, response) => {
    checkLines(nameOf(request), values);
    answerLines(response, values);
  });

const nameOf = ({ method, url }: IncomingMessage): string => `${method} ${url}`;

/** The program under test says what is wrong with the test's answer, where its own output was expected. */
function orMistake(handler: Handler): Handler {
  return (request, response) => {
    try {
      handler(request, response);
    } catch (error) {
      answerJson(response, 500, { error: inspect(error), code: "internal", hint: "" });
    }
  };
}
