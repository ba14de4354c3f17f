import { createContextId } from "@forkd/contract";
import type { ContextInfo, ContextRequest, SandboxId } from "@forkd/contract";
import type { GuestContexts } from "../ports/guest.ts";
import type { CallOptions } from "../ports/options.ts";
import type { Asked, Caller } from "./caller.ts";
import { findAwake } from "./life.ts";
import type { OperationPorts } from "./ports.ts";

interface OneSandbox {
  readonly id: SandboxId;
}
interface OneContext extends OneSandbox {
  readonly context: string;
}

/** Interpreters of a guest with states of their own. They live in the guest, and so in each of its children too. */
export function createContextOperations(ports: OperationPorts) {
  const ask = async <Reply>(
    caller: Caller,
    id: SandboxId,
    options: CallOptions,
    question: (contexts: GuestContexts) => Promise<Reply>,
  ): Promise<Reply> => {
    const sandbox = await findAwake(ports, caller, id, options);
    return await sandbox.ask((agent) => question(agent.contexts), options);
  };
  return {
    listContexts: (...[caller, { id }, options]: Asked<OneSandbox>): Promise<ContextInfo[]> =>
      ask(caller, id, options, (contexts) => contexts.list(options)),

    /** Its id is ours, so that a guest has no say in what it is. */
    createContext: (
      ...[caller, { id, request }, options]: Asked<OneSandbox & { readonly request: ContextRequest }>
    ): Promise<ContextInfo> =>
      ask(caller, id, options, (contexts) => contexts.create({ ...request, id: createContextId() }, options)),

    restartContext: (...[caller, { id, context }, options]: Asked<OneContext>): Promise<ContextInfo> =>
      ask(caller, id, options, (contexts) => contexts.restart(context, options)),

    interruptContext: (...[caller, { id, context }, options]: Asked<OneContext>): Promise<boolean> =>
      ask(caller, id, options, (contexts) => contexts.interrupt(context, options)),

    removeContext: (...[caller, { id, context }, options]: Asked<OneContext>): Promise<void> =>
      ask(caller, id, options, (contexts) => contexts.remove(context, options)),
  };
}
