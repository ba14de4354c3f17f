import { Command, Option } from "@commander-js/extra-typings";

/** A command that talks to the daemon: with the options that all of these have. */
export function daemonCommand(name: string) {
  return new Command(name)
    .option("--json", "print the reply of the REST API")
    .option("--url <url>", "the daemon: http(s)://… or unix:/path (FORKD_URL)")
    .option("--daemon <context>", "the daemon that this context names (FORKD_CONTEXT)")
    .addOption(new Option("--daemon-url <url>", "as --url").hideHelp())
    .option("--daemon-token <token>", "the daemon's bearer token (FORKD_TOKEN)");
}

/** An example for the end of a command's help. */
export function example(...lines: string[]): string {
  return `\nExample:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}
