import { Option } from "@commander-js/extra-typings";
import { parseSeconds } from "../parse/seconds.ts";

/** What can be done to a sandbox whose time is over. */
export const ACTIONS = ["kill", "pause", "suspend"] as const;

export function ttlOption() {
  return new Option("--ttl <time>", "how long they live, in seconds or as 90s, 10m, 2h").argParser(
    parseSeconds,
  );
}

export function onTimeoutOption() {
  return new Option("--on-timeout <what>", "what is done when --ttl is over (default: kill)").choices(
    ACTIONS,
  );
}

export function idleTimeoutOption() {
  return new Option("--idle-timeout <time>", "how long they may run without anybody using them").argParser(
    parseSeconds,
  );
}

export function onIdleOption() {
  return new Option(
    "--on-idle <what>",
    "what is done when --idle-timeout is over (default: suspend)",
  ).choices(ACTIONS);
}
