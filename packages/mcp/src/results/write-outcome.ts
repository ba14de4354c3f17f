/** What ran, for a reader: how it ended, then each text that is not empty under its name. */
export function writeOutcome(
  head: string,
  texts: Readonly<Record<string, string>>,
  howToGetTheRest?: string,
): string {
  const parts = Object.entries(texts).filter(([, text]) => text !== "");
  return [
    head,
    ...parts.map(([name, text]) => `--- ${name}\n${text.replace(/\n$/, "")}`),
    ...(howToGetTheRest === undefined ? [] : [`[cut: ${howToGetTheRest}]`]),
  ].join("\n");
}
