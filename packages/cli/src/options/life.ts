import { Option } from "@commander-js/extra-typings";
import { parseSeconds } from "../parse/arguments.ts";

const ACTIONS = ["kill", "pause", "suspend"] as const;

export function ttlOption() {
  return new Option("--ttl <secs>", "how long they live").argParser(parseSeconds);
}

export function onTimeoutOption() {
  return new Option("--on-timeout <what>", "what is done when --ttl is over (default: kill)").choices(
    ACTIONS,
  );
}

export function idleTimeoutOption() {
  return new Option("--idle-timeout <secs>", "how long they may run without anybody using them").argParser(
    parseSeconds,
  );
}

export function onIdleOption() {
  return new Option(
    "--on-idle <what>",
    "what is done when --idle-timeout is over (default: suspend)",
  ).choices(ACTIONS);
}
