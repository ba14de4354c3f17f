import { execRequestSchema, execResultSchema } from "@forkd/contract/schemas";
import { z } from "zod";
import { TEXT_LIMIT, limitText } from "../../results/limit-text.ts";
import { writeOutcome } from "../../results/write-outcome.ts";
import { defineTool } from "../../tool.ts";
import { sandboxField } from "../sandboxes/fork-fields.ts";

const { args, timeout_secs, env, cwd, user, stdin } = execRequestSchema.shape;
const { stdout, stderr, exit_code, signal, timed_out, truncated, duration_ms } = execResultSchema.shape;

const DEFAULT_TIMEOUT_SECS = 30;
const MAX_OUTPUT = 1_048_576;
const REST = "for the rest raise max_output, or send the output to a file and use read_file";

export const execCommand = defineTool({
  name: "exec_command",
  title: "Run a command",
  description:
    "Run a command in a sandbox to its end, and get its output. args is the command and its arguments; for a line of shell " +
    'take ["sh", "-c", "…"]. A command that fails is a result, not an error. For one that goes on, such as a server, use ' +
    "start_command.",
  effect: "runs",
  input: z.strictObject({
    id: sandboxField,
    args: args.meta({ description: "The command and its arguments.", examples: [["ls", "-la", "/root"]] }),
    timeout_secs: timeout_secs.unwrap().default(DEFAULT_TIMEOUT_SECS).meta({
      description: "It is ended after so many seconds; null: never, while the call is not cancelled.",
    }),
    env,
    cwd,
    user,
    stdin,
    max_output: z
      .number()
      .int()
      .min(0)
      .max(MAX_OUTPUT)
      .default(TEXT_LIMIT)
      .meta({ description: "How many bytes of each of stdout and stderr are given; more is cut." }),
  }),
  output: z.object({ stdout, stderr, exit_code, signal, timed_out, truncated, duration_ms }),
  async run(
    { id, args, timeout_secs: timeoutSecs, max_output: maxOutputBytes, ...rest },
    { session, signal },
  ) {
    const options = { ...rest, timeoutSecs, maxOutputBytes, signal };
    const result = await session.forkd.sandboxes.at(id).exec(args, options);
    const [out, err] = [limitText(result.stdout, maxOutputBytes), limitText(result.stderr, maxOutputBytes)];
    const isCut = result.truncated || out.isCut || err.isCut;
    const head = describeEnd(result);
    return {
      data: {
        stdout: out.text,
        stderr: err.text,
        exit_code: result.exitCode,
        signal: result.signal,
        timed_out: result.timedOut,
        truncated: isCut,
        duration_ms: result.durationMs,
      },
      text: writeOutcome(head, { stdout: out.text, stderr: err.text }, isCut ? REST : undefined),
    };
  },
});

function describeEnd({
  exitCode,
  signal,
  timedOut,
}: {
  exitCode: number;
  signal: string | null;
  timedOut: boolean;
}) {
  if (timedOut) return "ended by its time-out: raise timeout_secs, or use start_command";
  return signal === null ? `exit code ${exitCode}` : `ended by ${signal}`;
}
