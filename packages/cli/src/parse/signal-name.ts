import { constants } from "node:os";
import { InvalidArgumentError } from "@commander-js/extra-typings";

const SIGNALS: Readonly<Record<string, number>> = constants.signals;
const REAL_TIME = /^SIGRTM(IN\+|AX-)\d{1,2}$/;

/** A signal as kill(1) takes it: `SIGTERM`, `TERM`, `term` or `15`. */
export function parseSignalName(text: string): string {
  const byNumber = Object.keys(SIGNALS).find((name) => String(SIGNALS[name]) === text);
  const upper = text.toUpperCase();
  const name = byNumber ?? (upper.startsWith("SIG") ? upper : `SIG${upper}`);
  if (Object.hasOwn(SIGNALS, name) || REAL_TIME.test(name)) return name;
  throw new InvalidArgumentError("It must be a signal's name or number, such as TERM or 15.");
}
