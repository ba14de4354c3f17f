import { ForkdError, contextIdSchema } from "@forkd/contract";
import type { ContextInfo } from "@forkd/contract";
import { sendJson } from "../send-json.ts";
import { contextSchema, readBody } from "./bodies.ts";
import type { InterpreterCall } from "./interpreter-call.ts";
import { nameLanguage, parseLanguage } from "./language.ts";

/** A context as E2B's clients know it. */
const describeContext = ({ id, language, cwd }: ContextInfo) => ({
  id,
  language: nameLanguage(language),
  cwd,
});

export async function listContexts(call: InterpreterCall): Promise<void> {
  const { operations, caller, id } = call;
  const contexts = await operations.listContexts(caller, { id }, call);
  sendJson(call.response, contexts.filter(({ state }) => state !== "absent").map(describeContext));
}

export async function createContext(call: InterpreterCall): Promise<void> {
  const { operations, caller, id } = call;
  const { language, cwd } = await readBody(contextSchema, call);
  const request = { language: parseLanguage(language ?? "python"), cwd: cwd ?? undefined, env: {} };
  sendJson(call.response, describeContext(await operations.createContext(caller, { id, request }, call)));
}

export async function restartContext(call: InterpreterCall, context: string): Promise<void> {
  const { operations, caller, id } = call;
  const order = { id, context: parseContextId(context) };
  sendJson(call.response, describeContext(await operations.restartContext(caller, order, call)));
}

export async function removeContext(call: InterpreterCall, context: string): Promise<void> {
  const { operations, caller, id, response } = call;
  await operations.removeContext(caller, { id, context: parseContextId(context) }, call);
  response.writeHead(204).end();
}

/** Throws `context_not_found` for what cannot be one's id. */
export function parseContextId(context: string): string {
  if (contextIdSchema.safeParse(context).success) return context;
  throw new ForkdError("context_not_found", { context: context.slice(0, 64) });
}
