import { Option } from "@commander-js/extra-typings";
import { parseCount, parseKeyValue, parseLabel } from "../parse/arguments.ts";

/** `otherwise` says what holds without the option. */
export function memoryMibOption(otherwise: string) {
  return new Option("--memory-mib <n>", `guest memory in MiB (default: ${otherwise})`).argParser(parseCount);
}

export function vcpusOption(otherwise: string) {
  return new Option("--vcpus <n>", `virtual CPUs (default: ${otherwise})`).argParser(parseCount);
}

/** `scope` says who sees the variable. */
export function envOption(scope: string) {
  return new Option("-e, --env <key=value>", `an environment variable ${scope}; may be repeated`).argParser(
    parseKeyValue,
  );
}

export function labelOption() {
  return new Option("--label <key=value>", "a label of each, to find them by; may be repeated").argParser(
    parseLabel,
  );
}
