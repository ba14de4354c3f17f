import type { SandboxInfo, SandboxRequest } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";
import { Sandbox } from "./sandbox.ts";

/** What is asked of a fork besides the tag, and how it is followed. */
export type ForkOptions = Omit<SandboxRequest, "snapshotTag"> & ProgressOptions;

/** The children of one fork, by their index. Disposal ends all of them. */
export type SandboxGroup = readonly Sandbox[] & AsyncDisposable;

/** Sandboxes: running machines. */
export class Sandboxes {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Forks `n` children from a snapshot; they are machines of their own when this resolves. Throws
   * `snapshot_not_found`, `snapshot_not_ready`, `sandbox_quota`, `fork_failed` and others; the children that started
   * are ended then, unless `onFailure` is `keep`.
   *
   * @example await using children = await forkd.sandboxes.fork("py-numpy", { n: 20, env: { ROLE: "worker" } });
   */
  async fork(tag: string, { signal, onProgress, ...rest }: ForkOptions = {}): Promise<SandboxGroup> {
    const body = { snapshotTag: tag, ...rest };
    const infos = await this.#connection.call("createSandboxes", { body }, { signal, onProgress });
    return group(infos.map((info) => new Sandbox(this.#connection, info)));
  }

  /** All machines; those that died stay listed for ten minutes. */
  async list(options: CallOptions = {}): Promise<readonly Sandbox[]> {
    const infos = await this.#connection.call("listSandboxes", {}, options);
    return infos.map((info) => new Sandbox(this.#connection, info));
  }

  /** One machine. Throws `sandbox_not_found`. */
  async get(id: string, options: CallOptions = {}): Promise<Sandbox> {
    const info: SandboxInfo = await this.#connection.call("getSandbox", { params: { id } }, options);
    return new Sandbox(this.#connection, info);
  }

  /** A handle on a machine by its id, without asking the daemon about it first. */
  at(id: string): Sandbox {
    return new Sandbox(this.#connection, id);
  }

  /** Ends one machine. Throws `sandbox_not_found`. */
  kill(id: string, options: CallOptions = {}): Promise<void> {
    return this.#connection.call("killSandbox", { params: { id } }, options);
  }

  /** Ends all machines, or those of one tag, and gives their ids. */
  async killAll({ signal, tag }: CallOptions & { readonly tag?: string | undefined } = {}): Promise<
    readonly string[]
  > {
    return (await this.#connection.call("killSandboxes", { query: { tag } }, { signal })).killed;
  }
}

function group(sandboxes: Sandbox[]): SandboxGroup {
  const dispose = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(sandboxes.map((sandbox) => sandbox.kill()));
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} sandboxes were not ended`);
  };
  return Object.defineProperty(sandboxes, Symbol.asyncDispose, { value: dispose }) as Sandbox[] &
    AsyncDisposable;
}
