import { readFile } from "node:fs/promises";
import { Command, Option } from "@commander-js/extra-typings";
import { Forkd } from "@forkd/sdk";
import type { EndAction, Session } from "@forkd/mcp";
import { usageError } from "../cli-error.ts";
import { findDaemon } from "../contexts/find-daemon.ts";
import type { DaemonChoice } from "../contexts/find-daemon.ts";
import { INSTALLATION, mcpToken } from "../environment.ts";
import { listenForInterrupts } from "../interrupt.ts";
import { printNote } from "../output/print.ts";
import { parseListenAddress } from "../parse/listen-address.ts";
import type { ListenAddress } from "../parse/listen-address.ts";
import { example } from "./daemon-command.ts";

interface McpOptions extends DaemonChoice {
  readonly http?: ListenAddress | undefined;
  readonly tokenFile?: string | undefined;
  readonly onEnd: EndAction;
}

export function createCommand() {
  return new Command("mcp")
    .description(
      "Serve MCP to a model's client: over stdin and stdout, which is how clients start it, or over HTTP. A daemon is " +
        "started at the first call that needs one.",
    )
    .option("--http <[host:]port>", "serve over HTTP there, at /mcp", parseListenAddress)
    .option("--token-file <file>", "the token that clients over HTTP must bring (FORKD_MCP_TOKEN)")
    .addOption(
      new Option("--on-end <what>", "what becomes of the sandboxes that it has made")
        .choices(["keep", "suspend", "kill"] as const)
        .default("keep" as const),
    )
    .option("--url <url>", "the daemon: http(s)://… or unix:/path (FORKD_URL)")
    .option("--daemon <context>", "the daemon that this context names (FORKD_CONTEXT)")
    .option("--daemon-token <token>", "the daemon's bearer token (FORKD_TOKEN)")
    .addHelpText("after", example("forkd mcp --on-end kill", "forkd mcp --http 8890 --token-file token"))
    .action(async (options) => {
      const { Session } = await import("@forkd/mcp");
      await using session = new Session(createClient(options), options.onEnd);
      using interrupts = listenForInterrupts("look");
      await serve(session, options, interrupts.signal);
    });
}

/** A client that starts the local daemon when a tool needs it: a client of MCP waits for no daemon. */
function createClient(options: McpOptions): Forkd {
  const { url, token, decidedBy } = findDaemon(options);
  try {
    const startDaemon = url.startsWith("unix:");
    return new Forkd({ baseUrl: url, token, startDaemon, command: INSTALLATION.launcher });
  } catch (error) {
    throw usageError((error as Error).message, `mend what says so: ${decidedBy}`);
  }
}

async function serve(session: Session, { http, tokenFile }: McpOptions, signal: AbortSignal): Promise<void> {
  const { serveOverHttp, serveOverStdio } = await import("@forkd/mcp");
  if (http === undefined) return serveOverStdio(session, { signal });
  const token = await readToken(tokenFile);
  const onListening = (url: string): void => printNote(`MCP is served at ${url}`);
  await serveOverHttp(session, { ...http, token, signal, onListening });
}

async function readToken(file: string | undefined): Promise<string> {
  const token = file === undefined ? mcpToken() : (await readText(file)).trim();
  if (token !== undefined && /^\S{16,}$/.test(token)) return token;
  throw usageError(
    "clients over HTTP must bring a token of 16 characters or more, without blanks",
    "put one into a file: openssl rand -hex 24 > token; then give --token-file token",
  );
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw usageError(`the token cannot be read: ${(error as Error).message}`, "name a file that is there");
  }
}
