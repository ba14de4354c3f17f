import { z } from "zod";
import { DEFAULT_TIMEOUT_SECS } from "../default-timeouts.ts";
import { environmentSchema, guestPathSchema, timeoutSecsSchema } from "./primitives.ts";

const terminalSchema = z.strictObject({
  cols: z.number().int().min(1).max(1000),
  rows: z.number().int().min(1).max(1000),
});

export const execRequestSchema = z
  .strictObject({
    args: z.array(z.string().max(131_072)).min(1, "must name a command").max(1024),
    timeout_secs: timeoutSecsSchema.nullable().default(DEFAULT_TIMEOUT_SECS.exec).meta({
      description: "Ends it after so many seconds; null: it may take as long as the request is held.",
    }),
    env: environmentSchema.default({}),
    cwd: guestPathSchema.optional(),
    user: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/)
      .optional()
      .meta({ description: "A user's name or number; root unless told." }),
    stdin: z.string().max(1_048_576).optional().meta({ description: "Text for standard input." }),
    stdin_stream: z
      .boolean()
      .default(false)
      .meta({ description: "Standard input comes through POST …/processes/:pid/stdin." }),
    pty: terminalSchema.nullable().default(null).meta({ description: "Run on a terminal of this size." }),
    detach: z.boolean().default(false).meta({
      description:
        "Goes on when the request is dropped. Without a stream the answer comes as soon as it runs: see running.",
    }),
    lossless: z.boolean().default(false).meta({
      description:
        "It waits until its output was received, however long, where others go on and lose the oldest. Needs detach.",
    }),
    max_output_bytes: z.number().int().min(0).max(67_108_864).default(8_388_608).meta({
      description: "For each of stdout and stderr in a JSON reply; more is cut. Streams are not cut.",
    }),
  })
  .refine(({ lossless, detach }) => !lossless || detach, {
    path: ["lossless"],
    message: "needs detach: what ends with its reader has nobody to wait for",
  })
  .meta({ id: "ExecRequest" });

export const execResultSchema = z
  .object({
    stdout: z.string(),
    stderr: z.string(),
    exit_code: z
      .number()
      .int()
      .meta({ description: "The status; 128 + the signal's number if one ended it." }),
    signal: z.string().nullable(),
    timed_out: z.boolean(),
    truncated: z.boolean(),
    running: z.boolean().meta({
      description: "It was detached, and goes on: only pid says something then. See GET …/processes.",
    }),
    pid: z.number().int(),
    duration_ms: z.number(),
    next_offset: z.number().int().nullable().meta({
      description: "Where the rest of a lossless command's output is asked for; null when there is no more.",
    }),
  })
  .meta({ id: "ExecResult" });

/** One line of a streamed exec. Output is base 64, since it need not be text. */
export const execEventSchema = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("start"),
      pid: z.number().int(),
      dropped: z.number().int().meta({ description: "Bytes before this that are lost." }),
      offset: z.number().int().nullable().meta({
        description:
          "How many bytes it had written before what follows; null where an older agent does not say.",
      }),
    }),
    z.object({ type: z.literal("stdout"), data: z.string() }),
    z.object({ type: z.literal("stderr"), data: z.string() }),
    z.object({
      type: z.literal("exit"),
      exit_code: z.number().int(),
      signal: z.string().nullable(),
      timed_out: z.boolean(),
      duration_ms: z.number(),
    }),
    z.object({
      type: z.literal("more"),
      offset: z.number().int().meta({
        description:
          "The last line of a piece of a lossless command's output: to attach from here says that it has arrived.",
      }),
    }),
  ])
  .meta({ id: "ExecEvent" });

const interpreterSchema = z.object({
  state: z.enum(["absent", "idle", "starting", "ready", "busy", "dead"]),
  pid: z.number().int().nullable(),
  version: z.string().nullable(),
});

export const pingSchema = z
  .object({
    pong: z.literal(true),
    pid: z.number().int().meta({ description: "The agent's pid in the guest." }),
    agent_version: z.string(),
    uptime_ms: z.number(),
    clock_offset_ms: z.number().meta({ description: "The guest's wall clock less the host's." }),
    interpreters: z.object({ python: interpreterSchema, node: interpreterSchema }),
    round_trip_ms: z.number(),
  })
  .meta({ id: "Ping" });

export const signalRequestSchema = z
  .strictObject({
    signal: z
      .string()
      .regex(/^SIG[A-Z0-9+]{2,10}$/)
      .default("SIGTERM"),
    group: z.boolean().default(true).meta({ description: "The whole process group, or the process alone." }),
  })
  .meta({ id: "SignalRequest" });

export const resizeRequestSchema = terminalSchema.meta({ id: "ResizeRequest" });

export const processInfoSchema = z
  .object({
    pid: z.number().int(),
    args: z.array(z.string()),
    running: z.boolean(),
    exit_code: z.number().int().nullable(),
    signal: z.string().nullable(),
    started_at_unix_ms: z.number().int().nullable(),
    user: z.string().nullable(),
    cwd: z.string().nullable().meta({ description: "Where it was to begin." }),
    pty: z.boolean().nullable().meta({ description: "Whether it is on a terminal." }),
    lossless: z.boolean().nullable(),
    output_bytes: z
      .number()
      .int()
      .nullable()
      .meta({ description: "What it has written to stdout and stderr together." }),
  })
  .meta({
    id: "ProcessInfo",
    description: "A command that exec started. What an older agent does not tell is null.",
  });

export const processExitSchema = z
  .object({
    exit_code: z
      .number()
      .int()
      .meta({ description: "The status; 128 + the signal's number if one ended it." }),
    signal: z.string().nullable(),
    timed_out: z.boolean(),
    duration_ms: z.number(),
  })
  .meta({ id: "ProcessExit" });

export const writeReportSchema = z.object({ bytes: z.number().int() }).meta({ id: "WriteReport" });
export const emptySchema = z.object({}).meta({ id: "Empty" });
