import type { ImageContent } from "@modelcontextprotocol/server";
import type { Progress } from "@forkd/sdk";
import type { z } from "zod";
import type { Session } from "./session.ts";

/**
 * What a tool does to the world: `reads` changes nothing; `makes` adds something; `settles` brings about a state, however
 * often it is called; `runs` does whatever the code that it is given does; `destroys` takes away what cannot be had again.
 */
export type Effect = "reads" | "makes" | "settles" | "runs" | "destroys";

/** What a call of a tool works with. */
export interface Call {
  readonly session: Session;
  /** Aborts when the client cancels the call, or goes. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What a tool answers: data by its output schema, the same for a reader, and images. */
export interface Reply<Data> {
  readonly data: Data;
  readonly text: string;
  readonly images?: readonly ImageContent[];
}

/** One tool, as the list of tools and its page have it, and what it does. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly effect: Effect;
  /** Whether it reaches beyond the host, as a download does. */
  readonly reachesOut?: true;
  /** What the user is asked before it is done, where the client can ask; undefined: nothing. */
  readonly question?: (args: z.output<Input>, call: Call) => Promise<string | undefined>;
  readonly run: (args: z.output<Input>, call: Call) => Promise<Reply<z.input<Output>>>;
}

/** Any tool; its arguments are what its input schema gives. */
export type AnyTool = Omit<Tool, "question" | "run"> & {
  readonly question?: (args: never, call: Call) => Promise<string | undefined>;
  readonly run: (args: never, call: Call) => Promise<Reply<object>>;
};

/** Checks a tool's functions against its schemas. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}
