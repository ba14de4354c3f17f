import { Option } from "@commander-js/extra-typings";
import { parseSeconds } from "../parse/seconds.ts";

/** The options of every verb that shows again and again what changes. */
export const noStreamOption = () =>
  new Option("--no-stream", "once, as where the output is no terminal; not again and again");
export const intervalOption = () =>
  new Option("--interval <secs>", "how often").argParser(parseSeconds).default(2);

interface LiveOptions {
  readonly json?: true | undefined;
  readonly stream: boolean;
}

/** Whether something is shown again and again: to people, unless they want it once. */
export const isLive = ({ json, stream }: LiveOptions): boolean =>
  stream && json === undefined && process.stdout.isTTY;
