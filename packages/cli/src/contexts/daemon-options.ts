import type { DaemonChoice } from "./find-daemon.ts";

/** The options that choose a daemon, each with a value, and what of the choice they say. */
export const DAEMON_OPTIONS: Readonly<Record<string, keyof DaemonChoice>> = {
  "--url": "url",
  "--daemon-url": "daemonUrl",
  "--daemon": "daemon",
  "--daemon-token": "daemonToken",
};
