import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { INSTALLATION } from "../environment.ts";
import { example } from "./daemon-command.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** With `bind`, it listens there unless it is told otherwise. */
export function createCommand(bind?: string) {
  return new Command("serve")
    .description("Run the daemon in the foreground, its log on stdout.")
    .option("--bind <host:port>", "listen by TCP too, for those who have a token (FORKD_BIND)", bind)
    .option("--tls-cert <file>", "the certificate, as PEM: needed beyond this host (FORKD_TLS_CERT)")
    .option("--tls-key <file>", "its key (FORKD_TLS_KEY)")
    .option("--token-file <file>", "a file with one more token, for all (FORKD_TOKEN_FILE)")
    .option("--branch-concurrency <n>", "branches that may be under way at once (FORKD_BRANCH_CONCURRENCY)")
    .addHelpText(
      "after",
      example("forkd serve", "forkd serve --bind 127.0.0.1:8889", "FORKD_SOCKET=/tmp/mine.sock forkd serve"),
    )
    .action(async ({ bind, tlsCert, tlsKey, tokenFile, branchConcurrency }) => {
      const told = {
        ...(bind !== undefined && { FORKD_BIND: bind }),
        ...(tlsCert !== undefined && { FORKD_TLS_CERT: resolve(tlsCert) }),
        ...(tlsKey !== undefined && { FORKD_TLS_KEY: resolve(tlsKey) }),
        ...(tokenFile !== undefined && { FORKD_TOKEN_FILE: resolve(tokenFile) }),
        ...(branchConcurrency !== undefined && { FORKD_BRANCH_CONCURRENCY: branchConcurrency }),
      };
      const child = spawn(process.execPath, [INSTALLATION.daemonProgram, "serve"], {
        stdio: "inherit",
        env: { ...process.env, ...told },
      });
      // The terminal sends Ctrl-C to both of us; ours must not end us before the daemon has.
      for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
      const [status, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
      process.exitCode = signal === null ? (status ?? 1) : 128 + constants.signals[signal];
    });
}
