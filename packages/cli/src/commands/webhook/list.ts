import { toWire } from "@forkd/sdk";
import type { WebhookInfo } from "@forkd/sdk";
import { printJson, printLine } from "../../output/print.ts";
import { printTable } from "../../output/table.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";

export function createListCommand() {
  return daemonCommand("list")
    .summary("list where events are sent")
    .description("List where events are sent, and how that has gone since the daemon started.")
    .addHelpText("after", example("forkd webhook list"))
    .action((options) =>
      lookAtDaemon(options, async ({ forkd, signal }) => {
        const webhooks = await forkd.webhooks.list({ signal });
        if (options.json) return printJson(toWire(webhooks));
        if (webhooks.length === 0) return printLine("(no webhooks)");
        const count = (head: string, name: "waiting" | "delivered" | "failed" | "dropped") => ({
          head,
          cell: (webhook: WebhookInfo) => String(webhook[name]),
        });
        printTable(webhooks, [
          { head: "WEBHOOK", cell: ({ id }) => id },
          { head: "URL", cell: ({ url }) => url },
          { head: "EVENTS", cell: ({ events }) => events.join(",") || "all" },
          count("WAITING", "waiting"),
          count("DELIVERED", "delivered"),
          count("FAILED", "failed"),
          count("DROPPED", "dropped"),
          { head: "LAST ERROR", cell: ({ lastError }) => lastError ?? "-" },
        ]);
      }),
    );
}
