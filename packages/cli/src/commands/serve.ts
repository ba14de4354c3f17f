import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { Command } from "@commander-js/extra-typings";
import { INSTALLATION } from "../environment.ts";
import { example } from "./daemon-command.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function createCommand() {
  return new Command("serve")
    .description(
      "Run the daemon in the foreground, its log on stdout. Arguments go to the daemon as they are.",
    )
    .argument("[args...]", "arguments of the daemon")
    .allowUnknownOption()
    .addHelpText("after", example("forkd serve", "FORKD_SOCKET=/tmp/mine.sock forkd serve"))
    .action(async (args) => {
      const child = spawn(process.execPath, [INSTALLATION.daemonProgram, "serve", ...args], {
        stdio: "inherit",
      });
      // The terminal sends Ctrl-C to both of us; ours must not end us before the daemon has.
      for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
      const [status, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
      process.exitCode = signal === null ? (status ?? 1) : 128 + constants.signals[signal];
    });
}
