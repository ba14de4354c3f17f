import { Option } from "@commander-js/extra-typings";
import { toWire } from "@forkd/sdk";
import type { AuditEntry } from "@forkd/sdk";
import { printJson, printLine, printNote, waitForReader } from "../../output/print.ts";
import { styleFor } from "../../output/style.ts";
import { toSafeText } from "../../output/text.ts";
import { parseSince } from "../../parse/since.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("list")
    .summary("show who has asked for what")
    .description(
      "Show who has asked the daemon for what, the oldest first: a line before anything is done, and one with what became " +
        "of it. A daemon records that with FORKD_AUDIT=on. With --json, an entry is printed on each line.",
    )
    .option("-f, --follow", "the last line, and each that is recorded from now on, until Ctrl-C")
    .addOption(
      new Option(
        "--since <time>",
        "only what came since, as 10m ago or a date; with --follow, that too",
      ).argParser(parseSince),
    )
    .addHelpText(
      "after",
      example(
        "forkd audit list --since 1h",
        "forkd audit list --json | jq 'select(.code)'",
        "forkd audit list -f",
      ),
    )
    .action(({ since, follow, json, ...options }) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const wanted = { sinceUnixMs: since, signal };
        let count = 0;
        for await (const entry of follow ? forkd.audit.follow(wanted) : forkd.audit.list(wanted)) {
          count += 1;
          if (json) printJson(toWire(entry));
          else printLine(describeEntry(entry));
          await waitForReader("stdout");
        }
        if (follow && !signal.aborted) printNote("this daemon records nothing (FORKD_AUDIT)");
        else if (count === 0 && !json) printNote("nothing is recorded of then; see FORKD_AUDIT");
      }),
    );
}

/** One line: when, what stage, who, what, and what is known of it. */
function describeEntry({ seq, atUnixMs, stage, who, from, operation, ...known }: AuditEntry): string {
  const { object, path, code, made, asked, requestId } = known;
  const style = styleFor(process.stdout);
  const time = style("dim", new Date(atUnixMs).toISOString());
  const facts = { asked, path, code, made: made.join(",") || null, request: requestId };
  const words = Object.entries(facts).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${value}`],
  );
  const place = from === null ? who : `${who}@${from}`;
  const text = [operation, object, ...words].filter((word) => word !== null).join(" ");
  const color = code === null ? "cyan" : "red";
  return `${time}  ${seq}  ${style(color, stage.padEnd(7))}  ${toSafeText(`${place}  ${text}`)}`;
}
