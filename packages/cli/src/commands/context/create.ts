import { Command, Option } from "@commander-js/extra-typings";
import { readFile } from "node:fs/promises";
import { Forkd } from "@forkd/sdk";
import { CliError, usageError } from "../../cli-error.ts";
import { changeContexts } from "../../contexts/context-file.ts";
import { noteWhatGoesBefore } from "../../contexts/note-what-goes-before.ts";
import { EXIT } from "../../exit-codes.ts";
import { printLine } from "../../output/print.ts";
import { parseContextName } from "../../parse/context-name.ts";
import { example } from "../daemon-command.ts";

const MAX_TOKEN_CHARS = 8192;

export function createCreateCommand() {
  return new Command("create")
    .summary("give a daemon a name")
    .description(
      "Give a daemon a name, by which every verb reaches it: forkd --context NAME VERB, or VERB --daemon NAME; " +
        "or for all: context use NAME.",
    )
    .argument("<name>", "what to call it", parseContextName)
    .requiredOption("--url <url>", "the daemon: http(s)://… or unix:/path")
    .addOption(
      new Option("--token-file <file>", "a file with its bearer token; kept with the context, for you alone"),
    )
    .option("--use", "use it from now on")
    .option("--force", "replace one of that name")
    .addHelpText(
      "after",
      example("forkd context create lab --url https://lab.example:8080 --token-file ./token"),
    )
    .action(async (name, { url, tokenFile, use, force }) => {
      checkUrl(url);
      const token = tokenFile === undefined ? undefined : await readToken(tokenFile);
      await changeContexts(({ current, byName }) => {
        if (byName.has(name) && !force) throw contextExists(name);
        return { current: use ? name : current, byName: new Map([...byName, [name, { url, token }]]) };
      });
      printLine(`${name} is ${url}${use ? ", and in use" : ""}`);
      if (use) noteWhatGoesBefore();
    });
}

function contextExists(name: string): CliError {
  const hint = `choose another name, or replace it: --force`;
  return new CliError("context_exists", `there is a context ${name}`, { hint, exitCode: EXIT.conflict });
}

/** What no client could speak to is refused at once. */
function checkUrl(baseUrl: string): void {
  try {
    void new Forkd({ baseUrl, startDaemon: false });
  } catch (error) {
    throw usageError((error as Error).message, "give --url http(s)://… or unix:/path");
  }
}

async function readToken(path: string): Promise<string> {
  const token = (await readFile(path, "utf8").catch(() => "")).trim();
  if (token !== "" && token.length <= MAX_TOKEN_CHARS && !/\s/.test(token)) return token;
  throw usageError(`${path} holds no token`, "give a file with a bearer token, and nothing else");
}
