import type { GroupMember, Operations, SandboxInfo } from "./api.gen.ts";
import type { Connection, ListQuery } from "./connection.ts";
import type { ForkSource } from "./fan-out.ts";
import type { CallOptions, PageOptions, ProgressOptions } from "./options.ts";
import { groupSandboxes } from "./sandbox-group.ts";
import { Sandbox } from "./sandbox.ts";
import type { ForkOptions, SandboxGroup } from "./sandbox.ts";

/** Which sandboxes are listed. */
export type ListOptions = Omit<ListQuery<"listSandboxes">, "limit"> & CallOptions;

/** Which sandboxes are ended. */
export type KillAllOptions = NonNullable<Operations["killSandboxes"]["request"]["query"]> & CallOptions;

/** Sandboxes: running machines. Wherever one is asked for by its id, its name will do. */
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
    return groupSandboxes(infos.map((info) => new Sandbox(this.#connection, info)));
  }

  /**
   * Forks children from several snapshots, which reach each other by their names: all of them or none. They are given in
   * the order of `members`. Throws as {@link fork} does, and `requirement_missing` where there can be no network.
   *
   * @example await using shop = await forkd.sandboxes.forkGroup("shop", [{ name: "db", snapshotTag: "postgres" }, { name: "web", snapshotTag: "py" }]);
   */
  async forkGroup(
    link: string,
    members: readonly GroupMember[],
    { signal, onProgress }: ProgressOptions = {},
  ): Promise<SandboxGroup> {
    const body = { link, members };
    const infos = await this.#connection.call("createGroup", { body }, { signal, onProgress });
    return groupSandboxes(infos.map((info) => new Sandbox(this.#connection, info)));
  }

  /**
   * A snapshot as what children are forked from, for `mapForks`, `raceForks`, `bestOf` and `withBranch`.
   *
   * @example const squares = await mapForks(forkd.sandboxes.from("py"), [1, 2, 3], (child, n) => child.eval(`${n} ** 2`));
   */
  from(tag: string): ForkSource {
    return { fork: (options) => this.fork(tag, options) };
  }

  /**
   * All machines, or those that are as is told; those that died stay listed for ten minutes.
   *
   * @example const idle = await forkd.sandboxes.list({ status: "paused", label: ["team=web", "nightly"] });
   */
  async list({ signal, ...query }: ListOptions = {}): Promise<readonly Sandbox[]> {
    const infos = await this.#connection.call("listSandboxes", { query }, { signal });
    return infos.map((info) => new Sandbox(this.#connection, info));
  }

  /**
   * The same in pages, the oldest first. What comes and goes between two pages shifts none of the others.
   *
   * @example for await (const page of forkd.sandboxes.pages({ limit: 50 })) console.log(page.length);
   */
  async *pages(options: ListOptions & PageOptions = {}): AsyncGenerator<readonly Sandbox[], void, undefined> {
    for await (const infos of this.#connection.pages("listSandboxes", options))
      yield infos.map((info) => new Sandbox(this.#connection, info));
  }

  /** One machine, by its id or its name. Throws `sandbox_not_found`. */
  async get(id: string, options: CallOptions = {}): Promise<Sandbox> {
    const info: SandboxInfo = await this.#connection.call("getSandbox", { params: { id } }, options);
    return new Sandbox(this.#connection, info);
  }

  /**
   * A handle on a machine by its id or its name, without asking the daemon about it first. By a name it means whichever
   * has that, until a call such as `refresh` or `update` has told it the id.
   */
  at(id: string): Sandbox {
    return new Sandbox(this.#connection, id);
  }

  /**
   * Tries again to take over a machine that an earlier daemon left and that is `unmanaged`. Throws
   * `sandbox_unmanaged`, which says why it cannot be, and `sandbox_not_found`.
   */
  async adopt(id: string, options: CallOptions = {}): Promise<Sandbox> {
    const info = await this.#connection.call("adoptSandbox", { params: { id } }, options);
    return new Sandbox(this.#connection, info);
  }

  /** Lets one machine stand still until it is resumed. Throws `sandbox_not_found`, `sandbox_dead`. */
  async pause(id: string, options: CallOptions = {}): Promise<Sandbox> {
    const sandbox = this.at(id);
    await sandbox.pause(options);
    return sandbox;
  }

  /** Puts one machine on disk until it is resumed. Throws `sandbox_not_found`, `sandbox_dead`, `disk_full`. */
  async suspend(id: string, options: CallOptions = {}): Promise<Sandbox> {
    const sandbox = this.at(id);
    await sandbox.suspend(options);
    return sandbox;
  }

  /** Lets one machine run again, with its clock set. Throws `sandbox_not_found`, `sandbox_dead`. */
  async resume(id: string, options: CallOptions = {}): Promise<Sandbox> {
    const sandbox = this.at(id);
    await sandbox.resume(options);
    return sandbox;
  }

  /** Ends one machine. Throws `sandbox_not_found`. */
  kill(id: string, options: CallOptions = {}): Promise<void> {
    return this.#connection.call("killSandbox", { params: { id } }, options);
  }

  /** Ends all machines, or those of one tag, and gives their ids. With `keepSuspended` those on disk are left. */
  async killAll({ signal, ...query }: KillAllOptions = {}): Promise<readonly string[]> {
    return (await this.#connection.call("killSandboxes", { query }, { signal })).killed;
  }
}
