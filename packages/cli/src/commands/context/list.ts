import { Command } from "@commander-js/extra-typings";
import { readEnvironment } from "@forkd/sdk";
import { readContexts } from "../../contexts/context-file.ts";
import { printJson } from "../../output/print.ts";
import { printTable } from "../../output/table.ts";
import { DEFAULT_CONTEXT } from "../../parse/context-name.ts";
import { example } from "../daemon-command.ts";

export function createListCommand() {
  return new Command("list")
    .summary("list contexts")
    .description("List contexts; * is the one in use. Tokens are not shown.")
    .option("--json", "print them as JSON")
    .addHelpText("after", example("forkd context list"))
    .action(({ json }) => {
      const { current, byName } = readContexts();
      const local = { name: DEFAULT_CONTEXT, url: `unix:${readEnvironment().socketPath}`, token: undefined };
      const named = Array.from(byName, ([name, context]) => ({ name, ...context }));
      const rows = [local, ...named].map(({ name, url, token }) => {
        return { name, url, current: name === (current ?? DEFAULT_CONTEXT), has_token: token !== undefined };
      });
      if (json) return printJson(rows);
      return printTable(rows, [
        { head: "CONTEXT", cell: (row) => row.name },
        { head: "", cell: (row) => (row.current ? "*" : "") },
        { head: "URL", cell: (row) => row.url },
        { head: "TOKEN", cell: (row) => (row.has_token ? "yes" : "-") },
      ]);
    });
}
