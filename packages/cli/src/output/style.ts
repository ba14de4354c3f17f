import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Colours text where `stream` is a terminal that wants colours (NO_COLOR, FORCE_COLOR); else leaves it alone. */
export function styleFor(stream: NodeJS.WriteStream): (format: Format | "plain", text: string) => string {
  return (format, text) =>
    format === "plain" ? text : styleText(format, text, { stream, validateStream: true });
}
