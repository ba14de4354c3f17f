import type { ContextInfo, ContextRequest } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions } from "./options.ts";

/** A context, or its id. */
export type ContextWord = string | Pick<ContextInfo, "id">;

/**
 * The interpreters of one sandbox. Each language has one that is there for good, whose id is the language's name; a context is
 * another, with variables, a working directory and a process of its own. Children of a fork have all of them.
 *
 * @example
 * const context = await sandbox.contexts.create({ cwd: "/srv" });
 * await sandbox.eval("x = 1", { context });
 */
export class Contexts {
  readonly #connection: Connection;
  readonly #sandbox: { readonly id: string };

  constructor(connection: Connection, sandbox: { readonly id: string }) {
    this.#connection = connection;
    this.#sandbox = sandbox;
  }

  /** Those that are there for good among them. */
  list(options: CallOptions = {}): Promise<readonly ContextInfo[]> {
    return this.#connection.call("listContexts", { params: { id: this.#sandbox.id } }, options);
  }

  /** Starts one. Throws `too_many_contexts`, `interpreter_unavailable`, and `agent_outdated`. */
  create({ signal, ...body }: ContextRequest & CallOptions = {}): Promise<ContextInfo> {
    return this.#connection.call("createContext", { params: { id: this.#sandbox.id }, body }, { signal });
  }

  /** Starts it anew, without its state. What runs in it ends. Throws `context_not_found`. */
  restart(context: ContextWord, options: CallOptions = {}): Promise<ContextInfo> {
    return this.#connection.call("restartContext", this.#request(context), options);
  }

  /** Interrupts what runs in it: false when nothing did. Its state stays. Throws `context_not_found`. */
  async interrupt(context: ContextWord, options: CallOptions = {}): Promise<boolean> {
    return (await this.#connection.call("interruptContext", this.#request(context), options)).interrupted;
  }

  /** Ends one that was created. Throws `context_not_found`, and `guest_refused` for one that is there for good. */
  async remove(context: ContextWord, options: CallOptions = {}): Promise<void> {
    await this.#connection.call("removeContext", this.#request(context), options);
  }

  #request(context: ContextWord): { params: { id: string; context: string } } {
    return { params: { id: this.#sandbox.id, context: idOf(context) } };
  }
}

export function idOf(context: ContextWord): string {
  return typeof context === "string" ? context : context.id;
}
