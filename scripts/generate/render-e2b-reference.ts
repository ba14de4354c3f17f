import { describeE2b } from "@forkd/daemon";
import type { ReferenceRow } from "@forkd/daemon";

const INTRO = `# E2B's API, call by call

What E2B's clients ask for, and what the daemon makes of it; how to point them at it is in the
[guide](../guides/e2b.md). This page is generated from the tables that serve the calls. What is refused is refused by name,
with status 400 and the reason that stands here. Fields that nobody knows are left away: newer clients may send them.
`;

/** The page of E2B's calls, from the tables that serve them. */
export function renderE2bReference(): string {
  const { envdVersion, control, inner, fields } = describeE2b();
  const refusals = fields.map(([field, why]) => `| \`${field}\` | ${why} |`);
  return [
    INTRO,
    `## Control plane\n\n${renderCalls(control)}`,
    `## In a sandbox\n\nThe agent says that it is envd ${envdVersion}.\n\n${renderCalls(inner)}`,
    `## Options that are refused\n\n| field | why, and what to do instead |\n| --- | --- |\n${refusals.join("\n")}\n`,
  ].join("\n");
}

function renderCalls(rows: readonly ReferenceRow[]): string {
  const lines = rows.map(({ call, sdk, refused }) => `| \`${call}\` | ${sdk} | ${refused ?? "served"} |`);
  return `| call | in E2B's client | here |\n| --- | --- | --- |\n${lines.join("\n")}\n`;
}
