import { RESOURCES, TOOLS } from "@forkd/mcp";
import type { AnyTool } from "@forkd/mcp";
import { z } from "zod";

const INTRO = `# Tools and resources of the MCP server

What [\`forkd mcp\`](../guides/mcp.md) offers a model. This page is generated from the table of tools.

A result has its data as \`structuredContent\`, by the tool's output schema, and the same as text. A failure is a result with
\`isError\`: its text is the code, the sentence and what mends it in calls of these tools, and \`_meta["forkd/error"]\` has the
same for programs, as [REST](errors.md) does.

What a tool does to the world is in its annotations: *reads* changes nothing; *makes* adds something; *settles* brings about a
state, however often it is called; *runs* does what it is given, in a sandbox; *destroys* takes away what cannot be had again.
A client that can ask its user is asked to before something is destroyed, unless it is in a sandbox of the session's own.
`;

interface Field {
  readonly description?: string;
  readonly default?: unknown;
}

/** The page of all tools, from their table. */
export function renderMcpReference(): string {
  const overview = TOOLS.map(
    ({ name, title, effect }) => `| [\`${name}\`](#${name}) | ${title} | ${effect} |`,
  );
  const resources = RESOURCES.map(({ uri, description }) => `| \`${uri}\` | ${description} |`);
  return [
    INTRO,
    `| tool | what for | effect |\n| --- | --- | --- |\n${overview.join("\n")}\n`,
    `## Resources\n\n| URI | what |\n| --- | --- |\n${resources.join("\n")}\n`,
    ...TOOLS.map(renderTool),
  ].join("\n");
}

function renderTool({ name, description, input, output }: AnyTool): string {
  const taken = fieldsOf(input, "input");
  const rows = Object.entries(taken.properties).map(([field, schema]) => {
    const isNeeded = taken.required.includes(field) && schema.default === undefined;
    return `| \`${field}\` | ${isNeeded ? "yes" : ""} | ${describe(schema)} |`;
  });
  const table =
    rows.length === 0
      ? "It takes nothing."
      : `| argument | needed | what |\n| --- | --- | --- |\n${rows.join("\n")}`;
  const given = Object.keys(fieldsOf(output, "output").properties).map((field) => `\`${field}\``);
  return `## ${name}\n\n${description}\n\n${table}\n\nGives ${given.join(", ")}.\n`;
}

function describe({ description = "", default: fallback }: Field): string {
  const words = description.replaceAll("|", "\\|");
  const isData = fallback === undefined || typeof fallback === "object";
  return isData ? words : `${words} Default: \`${JSON.stringify(fallback)}\`.`.trim();
}

function fieldsOf(schema: z.ZodObject, io: "input" | "output") {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return { properties: properties as Record<string, Field>, required };
}
