import * as guest from "../options/guest-command.ts";
import { envOption } from "../options/machine.ts";
import { withDaemon } from "../session.ts";
import { runInGuest } from "../terminal/run-in-guest.ts";
import { daemonCommand, example } from "./daemon-command.ts";

/** Becomes the user's login shell; bash or sh where it has none that lets anybody in. */
const LOGIN = `
shell=$(getent passwd "$(id -u)" 2>/dev/null | cut -d: -f7)
case $shell in */nologin | */false) shell= ;; esac
[ -x "$shell" ] || shell=$(command -v bash || echo /bin/sh)
exec "$shell" -l
`;

export function createCommand() {
  return daemonCommand("shell")
    .description(
      "Open a login shell in a sandbox, on a terminal. Where our standard input is none, it runs what comes from there.",
    )
    .argument("<id>", "the sandbox")
    .addOption(envOption("of the shell"))
    .addOption(guest.cwdOption())
    .addOption(guest.userOption())
    .addHelpText(
      "after",
      example("forkd shell web", "forkd shell @last -u postgres", "forkd shell web < script.sh"),
    )
    .action((id, { env, cwd, user, ...options }) =>
      withDaemon(options, async ({ signal, find }) => {
        const input = process.stdin.isTTY ? "terminal" : "forward";
        const run = { args: ["sh", "-c", LOGIN], env, cwd, user, input } as const;
        process.exitCode = await runInGuest(await find(id), run, signal);
      }),
    );
}
