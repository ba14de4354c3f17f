import { toWire } from "@forkd/sdk";
import { printJson, printLine } from "../../output/print.ts";
import { printTable } from "../../output/table.ts";
import { formatRelative } from "../../output/units.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("list")
    .summary("list tokens, without their secrets")
    .description("List tokens. Their secrets are kept nowhere.")
    .addHelpText("after", example("forkd token list"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const tokens = await forkd.tokens.list({ signal });
        if (options.json) return printJson(toWire(tokens));
        if (tokens.length === 0) return printLine("(no tokens)");
        printTable(tokens, [
          { head: "TOKEN", cell: ({ name }) => name },
          { head: "SCOPE", cell: ({ scope }) => scope },
          { head: "TENANT", cell: ({ tenant }) => tenant ?? "-" },
          { head: "CREATED", cell: ({ createdAtUnix }) => formatRelative(createdAtUnix) },
          {
            head: "EXPIRES",
            cell: ({ expiresAtUnix }) => (expiresAtUnix === null ? "never" : formatRelative(expiresAtUnix)),
          },
        ]);
      }),
    );
}
