import type { ForkdEvent } from "@forkd/sdk";
import { printLine } from "./print.ts";
import { styleFor } from "./style.ts";
import { clipLine, toSafeText } from "./text.ts";

const WIDTH = 160;
const BAD = /\.(died|failed|unmanaged|copy_silent)$/;

/** An event as one line: when, what, and what is known of it. */
export function printEvent(event: ForkdEvent): void {
  const { type, cursor: _cursor, atUnixMs, caller: _caller, ...facts } = event;
  const style = styleFor(process.stdout);
  const time = new Date(atUnixMs).toISOString();
  const kind = style(BAD.test(type) ? "red" : "cyan", type.padEnd(18));
  printLine(`${style("dim", time)}  ${kind}  ${describeFacts(facts)}`.trimEnd());
}

function describeFacts(facts: object): string {
  const known = "job" in facts ? describeJob(facts.job as Job) : facts;
  const words = Object.entries(known).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`${name}=${describeValue(value)}`],
  );
  return clipLine(words.join(" "), WIDTH);
}

type Job = Extract<ForkdEvent, { job: unknown }>["job"];

function describeJob({ id, kind, subject, progress, error, status }: Job): object {
  const step = status === "running" ? progress?.message : undefined;
  return { id, kind, subject, step, error: error?.error };
}

function describeValue(value: unknown): string {
  const text = Array.isArray(value) ? value.join(",") : String(value);
  const safe = toSafeText(text).replaceAll(/\s+/g, " ");
  return /[ "=]/.test(safe) ? JSON.stringify(safe) : safe;
}
