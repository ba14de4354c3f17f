import { ROUTES } from "@forkd/contract";
import type { Operation } from "@forkd/contract";
import { readClients } from "../parity/read-clients.ts";
import { OTHER_TOOLS, OTHER_VERBS, ROWS } from "../parity/rows.ts";
import type { Doers } from "../parity/rows.ts";

const INTRO = `# What does what

Every operation of the daemon, and what does it: from the command line, from [TypeScript](../../packages/sdk/README.md), from
[Python](python.md), and by [a model's tools](mcp.md). This page is generated: the requests from the routes, the methods from the
sources of the clients, the rest from a table that the tests hold to all of it.

Methods of Python are those of \`Forkd\` and \`Sandbox\`; \`AsyncForkd\` and \`AsyncSandbox\` have the same. A dash with a number says
below why there is nothing.
`;

/** The page of all operations, side by side. */
export function renderParity(): string {
  const missing = Object.keys(ROUTES).filter((operation) => !(operation in ROWS));
  if (missing.length > 0) throw new Error(`scripts/parity/rows.ts has no row for ${missing.join(", ")}`);
  const { typescript, python } = readClients();
  const reasons = new Map<string, number>();
  const rows = (Object.keys(ROUTES) as Operation[]).map((operation) => {
    const { method, path } = ROUTES[operation];
    const { cli, mcp } = ROWS[operation];
    const verbs = "none" in cli ? cli : cli.map((verb) => `forkd ${verb}`);
    const cells = [
      listCode([`${method} ${path}`]),
      listDoers(verbs, reasons),
      listCode(typescript.get(operation) ?? []),
      listCode(python.get(operation) ?? []),
      listDoers(mcp, reasons),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    INTRO,
    `| REST | command line | TypeScript | Python | MCP |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`,
    `## Why there is nothing\n\n${[...reasons.keys()].map((why, i) => `${i + 1}. ${why}`).join("\n")}\n`,
    `## What does something else\n\n${listOthers()}\n`,
  ].join("\n");
}

function listDoers(doers: Doers, reasons: Map<string, number>): string {
  if (!("none" in doers)) return listCode(doers);
  const number = reasons.get(doers.none) ?? reasons.size + 1;
  reasons.set(doers.none, number);
  return `– ${number}`;
}

const listCode = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

function listOthers(): string {
  const verbs = Object.entries(OTHER_VERBS).map(([verb, what]) => `- \`forkd ${verb}\` ${what}`);
  const tools = Object.entries(OTHER_TOOLS).map(([tool, what]) => `- \`${tool}\` ${what}`);
  return [...verbs, ...tools].join("\n");
}
