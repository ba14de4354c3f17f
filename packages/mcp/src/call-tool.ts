import { acceptedContent, inputRequired } from "@modelcontextprotocol/server";
import type { CallToolResult, InputRequiredResult, ServerContext } from "@modelcontextprotocol/server";
import { describeIssues } from "@forkd/contract/issues";
import { z } from "zod";
import { ToolError, describeFailure } from "./failures/describe-failure.ts";
import { tellProgress } from "./progress.ts";
import type { Session } from "./session.ts";
import type { AnyTool, Call, Reply } from "./tool.ts";

/** What a call happens in. */
export interface Surroundings {
  readonly session: Session;
  readonly context: ServerContext;
  /** Whether the client can ask its user. */
  readonly canAsk: boolean;
}

const MAX_ISSUES = 10;
const ANSWER = "confirm";
const answerSchema = z.object({
  [ANSWER]: z.boolean().meta({ title: "Do it", description: "Whether it is to be done." }),
});

/** Checks the arguments, asks the user where that is needed, and does the work. Failures are results. */
export async function callTool(
  tool: AnyTool,
  given: unknown,
  { session, context, canAsk }: Surroundings,
): Promise<CallToolResult | InputRequiredResult> {
  const call: Call = { session, signal: context.mcpReq.signal, onProgress: tellProgress(context) };
  try {
    const args = parseArguments(tool, given);
    const question = canAsk ? await askFirst(tool, args, { call, context }) : undefined;
    return question ?? toResult(tool, await tool.run(args, call));
  } catch (error) {
    return describeFailure(error);
  }
}

function parseArguments(tool: AnyTool, given: unknown): never {
  const parsed = tool.input.safeParse(given);
  if (parsed.success) return parsed.data as never;
  const issues = describeIssues(tool.input, given, parsed.error.issues.slice(0, MAX_ISSUES));
  const sentences = issues.map(({ path, message }) => (path === "" ? message : `${path} ${message}`));
  const fields = Object.keys(tool.input.shape).join(", ") || "none";
  throw new ToolError(
    "invalid_request",
    `${tool.name} was not called as it must be: ${sentences.join("; ")}`,
    `its arguments are ${fields}: see its input schema`,
  );
}

interface Asking {
  readonly call: Call;
  readonly context: ServerContext;
}

/** A question for the user, if there is one that was not answered yet. Throws `declined` when the answer is no. */
async function askFirst(
  tool: AnyTool,
  args: never,
  { call, context }: Asking,
): Promise<InputRequiredResult | undefined> {
  const { inputResponses } = context.mcpReq;
  if (inputResponses !== undefined && Object.hasOwn(inputResponses, ANSWER)) {
    if (acceptedContent(inputResponses, ANSWER, answerSchema)?.[ANSWER] === true) return undefined;
    throw new ToolError("declined", "the user does not want this", "ask them what they want instead");
  }
  const message = await tool.question?.(args, call);
  if (message === undefined) return undefined;
  const question = inputRequired.elicit({ message, requestedSchema: answerSchema });
  return inputRequired({ inputRequests: { [ANSWER]: question } });
}

function toResult(tool: AnyTool, { data, text, images = [] }: Reply<object>): CallToolResult {
  const parsed = tool.output.safeParse(data);
  if (!parsed.success)
    throw new ToolError(
      "unexpected_reply",
      `the daemon answers ${tool.name} in a way that this server does not know: ${parsed.error.issues[0]?.message}`,
      "are both of the same version? on the host, forkd version",
    );
  return { content: [{ type: "text", text }, ...images], structuredContent: parsed.data };
}
