import { describeE2b } from "@forkd/daemon";
import type { E2bReference, ReferenceRow } from "@forkd/daemon";

const INTRO = `# E2B's API, call by call

What E2B's clients ask for, and what the daemon makes of it; how to point them at it is in the
[guide](../guides/e2b.md). This page is generated from the tables that serve the calls. What is refused is refused by name,
with status 400, by Connect \`invalid_argument\`, and the reason that stands here. Fields that nobody knows are left away:
newer clients may send them. What is malformed is refused with what is wrong with it.
`;

/** The page of E2B's calls, from the tables that serve them. */
export function renderE2bReference(): string {
  const { envdVersion, control, inner, refusals, limits } = describeE2b();
  return [
    INTRO,
    `## Control plane\n\n${renderCalls(control)}`,
    `## In a sandbox\n\nThe agent says that it is envd ${envdVersion}.\n\n${renderCalls(inner)}`,
    `## Options that are refused\n\n${renderRefusals(refusals)}`,
    `## Limits\n\nMore than that is refused with what the limit is.\n\n${renderLimits(limits)}`,
  ].join("\n");
}

function renderRefusals(rows: E2bReference["refusals"]): string {
  const lines = rows.map(({ option, values, sdk, why, instead }) => {
    const what = values === undefined ? `\`${option}\`` : `\`${option}\`: ${values}`;
    return `| ${what} | ${sdk} | ${why}; ${instead} |`;
  });
  return `| what | in E2B's client | why, and what to do instead |\n| --- | --- | --- |\n${lines.join("\n")}\n`;
}

function renderLimits(rows: E2bReference["limits"]): string {
  const lines = rows.map(({ sdk, served }) => `| ${sdk} | ${served} |`);
  return `| in E2B's client | what is served |\n| --- | --- |\n${lines.join("\n")}\n`;
}

function renderCalls(rows: readonly ReferenceRow[]): string {
  const lines = rows.map(({ call, sdk, refused }) => `| \`${call}\` | ${sdk} | ${refused ?? "served"} |`);
  return `| call | in E2B's client | here |\n| --- | --- | --- |\n${lines.join("\n")}\n`;
}
