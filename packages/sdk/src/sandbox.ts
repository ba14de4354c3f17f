import type {
  BranchInfo,
  BranchRequest,
  Operations,
  SandboxForkRequest,
  SandboxInfo,
  SandboxMetrics,
  SandboxUpdate,
  SignedUrl,
  SignRequest,
} from "./api.gen.ts";
import { Commands } from "./commands.ts";
import { Contexts } from "./contexts.ts";
import type { Connection } from "./connection.ts";
import { isForkdApiError } from "./errors.ts";
import { Files } from "./files.ts";
import { Guest } from "./guest.ts";
import { openConnection } from "./open-connection.ts";
import type { ForkdOptions } from "./open-connection.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";
import { Ports } from "./ports/ports.ts";
import { groupSandboxes } from "./sandbox-group.ts";
import type { Group } from "./sandbox-group.ts";

/** What is asked of a branch; `mode` says what the older `diff` and `live` said. */
export type BranchOptions = Omit<BranchRequest, "diff" | "live" | "measureDiff"> & ProgressOptions;
/** What is asked of a fork besides its source, and how it is followed. */
export type ForkOptions = SandboxForkRequest & ProgressOptions;
/** How one is made, or found, with a client of its own: where the daemon is, and what E2B's client says of a machine. */
export interface ConnectOptions extends CallOptions {
  readonly client?: ForkdOptions | undefined;
  /** It ends by itself after so many ms. */
  readonly timeoutMs?: number | undefined;
}
export interface CreateOptions
  extends ConnectOptions, Omit<ForkOptions, "n" | "children" | "ttlSecs" | "labels" | "env"> {
  /** Its labels. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Variables of all that runs in it. */
  readonly envs?: Readonly<Record<string, string>> | undefined;
}
/** The children of one fork, by their index. Disposal ends all of them. */
export type SandboxGroup = Group<Sandbox>;
/** `since`: only samples behind this time, in seconds since 1970. */
export type MetricsOptions = NonNullable<Operations["metrics"]["request"]["query"]> & CallOptions;
/** For how long a URL is good, in seconds (an hour unless told, at most a week), and whose a file that is written is. */
export type SignUrlOptions = Omit<SignRequest, "path" | "access"> & CallOptions;
export type LogsOptions = NonNullable<Operations["logs"]["request"]["query"]> & CallOptions;

/** The limits of a sandbox that can be changed. */
export type LimitChanges = Pick<
  SandboxUpdate,
  | "memoryLimitMib"
  | "swapLimitMib"
  | "cpuLimit"
  | "taskLimit"
  | "diskReadBytesPerSec"
  | "diskWriteBytesPerSec"
  | "diskReadOpsPerSec"
  | "diskWriteOpsPerSec"
>;

const ID = /^sb_[0-9a-z]{16}$/;

/**
 * A handle on one machine. It may be dead: calls then throw `sandbox_dead`, or `sandbox_not_found` once it is
 * forgotten. Disposal ends the machine.
 *
 * @example
 * await using sandbox = (await forkd.sandboxes.fork("py-numpy"))[0]!;
 * const { stdout } = await sandbox.run("uname -r | cut -d. -f1");
 */
export class Sandbox extends Guest implements AsyncDisposable {
  /**
   * Forks one machine from a snapshot, with a client of its own, which ends with the handle, and with it what is under way
   * through the handle's forks. Throws as {@link Sandboxes.fork} does.
   *
   * @example await using sandbox = await Sandbox.create("py-numpy", { timeoutMs: 300_000, envs: { ROLE: "worker" } });
   */
  static async create(
    tag: string,
    { client = {}, timeoutMs, metadata, envs, signal, onProgress, ...rest }: CreateOptions = {},
  ): Promise<Sandbox> {
    return Sandbox.#withClient(client, async (connection) => {
      const told = { ttlSecs: toSeconds(timeoutMs), labels: metadata, env: envs };
      const body = { ...rest, ...told, snapshotTag: tag };
      const [info] = await connection.call("createSandboxes", { body }, { signal, onProgress });
      return info!;
    });
  }

  /**
   * A handle on a machine that is there, by its id or name, with a client of its own; one that is paused or suspended runs
   * on. Throws as {@link resume} does.
   */
  static async connect(
    id: string,
    { client = {}, timeoutMs, signal }: ConnectOptions = {},
  ): Promise<Sandbox> {
    return Sandbox.#withClient(client, async (connection) => {
      const info = await connection.call("resumeSandbox", { params: { id } }, { signal });
      if (timeoutMs === undefined) return info;
      const body = { ttlSecs: toSeconds(timeoutMs) };
      return connection.call("updateSandbox", { params: { id: info.id }, body }, { signal });
    });
  }

  static async #withClient(
    client: ForkdOptions,
    ask: (connection: Connection) => Promise<SandboxInfo>,
  ): Promise<Sandbox> {
    const { connection } = openConnection(client);
    try {
      const sandbox = new Sandbox(connection, await ask(connection));
      sandbox.#owned = connection;
      return sandbox;
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }

  readonly commands: Commands;
  readonly files: Files;
  readonly contexts: Contexts;
  readonly ports: Ports;
  readonly #connection: Connection;
  readonly #reference: string;
  #info: SandboxInfo | undefined;
  /** What is disposed of with it. */
  #owned: AsyncDisposable | undefined;

  constructor(connection: Connection, info: SandboxInfo | string) {
    super(connection);
    this.#connection = connection;
    this.#info = typeof info === "string" ? undefined : info;
    this.#reference = typeof info === "string" ? info : info.id;
    this.commands = new Commands(this);
    this.files = new Files(connection, this);
    this.contexts = new Contexts(connection, this);
    this.ports = new Ports(connection, this);
  }

  /** Its id; of a handle made by {@link Sandboxes.at} of a name, that name until the daemon has told the id. */
  override get id(): string {
    return this.#info?.id ?? this.#reference;
  }

  /** What was last heard of it. Throws for a handle made by {@link Sandboxes.at} before its first `refresh`. */
  get info(): SandboxInfo {
    if (this.#info === undefined) throw new Error(`nothing is known of ${this.id} yet: call refresh() first`);
    return this.#info;
  }

  /** Its name, as was last heard. Throws as {@link info} does. */
  get name(): string | null {
    return this.info.name;
  }

  /** Its labels, as was last heard. Throws as {@link info} does. */
  get labels(): Readonly<Record<string, string>> {
    return this.info.labels;
  }

  /** Asks the daemon about it again. */
  async refresh(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("getSandbox", this.#request(), options);
    return this.#info;
  }

  /** The console, or what the VMM said, as it comes. */
  async logs({ signal, ...query }: LogsOptions = {}): Promise<AsyncIterable<Uint8Array>> {
    return (await this.#connection.download("logs", this.#request({ query }), { signal })).body;
  }

  /**
   * What the machine uses: CPU, memory and disk of the host, now and over the last two hours, and what its guest says.
   * With `guest: false` the guest is not asked, and goes on idling.
   *
   * @example const { now, guest } = await sandbox.metrics();
   */
  metrics({ signal, ...query }: MetricsOptions = {}): Promise<SandboxMetrics> {
    return this.#connection.call("metrics", this.#request({ query }), { signal });
  }

  /**
   * A URL by which a file can be read for a while, by GET and without anything else: the path and the query of any address
   * of the daemon. The file need not be there yet.
   *
   * @example const { url } = await sandbox.downloadUrl("/root/report.pdf", { expiresSecs: 600 });
   */
  downloadUrl(path: string, { signal, ...rest }: SignUrlOptions = {}): Promise<SignedUrl> {
    const body = { path, access: "read" as const, ...rest };
    return this.#connection.call("signFileUrl", this.#request({ body }), { signal });
  }

  /** The same for a file that is to be written, by PUT; `user` is whose it is then. */
  uploadUrl(path: string, { signal, ...rest }: SignUrlOptions = {}): Promise<SignedUrl> {
    const body = { path, access: "write" as const, ...rest };
    return this.#connection.call("signFileUrl", this.#request({ body }), { signal });
  }

  /**
   * Makes a snapshot of this machine, which runs on. With `wait: false` it resolves as soon as the machine runs again,
   * while the snapshot is still written: see its `jobId`. Throws `snapshot_exists`, `branch_busy`,
   * `branch_in_progress`, `live_unavailable`, `capture_failed` and others; nothing is kept then.
   *
   * @example const { tag, pauseMs } = await sandbox.branch({ tag: "before-migration" });
   */
  branch({ signal, onProgress, ...body }: BranchOptions = {}): Promise<BranchInfo> {
    return this.#connection.call("branchSandbox", this.#request({ body }), { signal, onProgress });
  }

  /**
   * Forks `n` children from this machine as it is now; it runs on. Throws as {@link branch} and
   * {@link Sandboxes.fork} do.
   *
   * @example await using children = await sandbox.fork({ n: 5 });
   */
  async fork({ signal, onProgress, ...body }: ForkOptions = {}): Promise<SandboxGroup> {
    const infos = await this.#connection.call("forkSandbox", this.#request({ body }), { signal, onProgress });
    return groupSandboxes(infos.map((info) => new Sandbox(this.#connection, info)));
  }

  /**
   * Changes its name, its labels (null takes one away, or all), its limits, or when it ends. Throws `name_taken`, and
   * `invalid_request` when nothing is to be changed.
   *
   * @example await sandbox.update({ name: "web", labels: { team: "shop", draft: null } });
   */
  async update({ signal, ...body }: SandboxUpdate & CallOptions): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("updateSandbox", this.#request({ body }), { signal });
    return this.#info;
  }

  /**
   * Changes its limits while it runs; null takes one away, and all that is not told stays as it is. Where one cannot be put
   * in force none is changed. Throws `memory_limit_too_small`, `memory_limit_unavailable`, `task_limit_too_small`,
   * `limit_unavailable`.
   *
   * @example await sandbox.modify({ cpuLimit: 0.5, diskWriteBytesPerSec: 10 * 1024 ** 2 });
   */
  modify(limits: LimitChanges & CallOptions): Promise<SandboxInfo> {
    return this.update(limits);
  }

  /** Has it end so many seconds from now; null: never by itself. */
  setTimeout(secs: number | null, options: CallOptions = {}): Promise<SandboxInfo> {
    return this.update({ ttlSecs: secs, ...options });
  }

  /**
   * Lets the machine stand still until it is resumed; its memory and what runs in it are kept, and streams stay open.
   * Calls that need its guest throw `sandbox_paused`, unless it was forked with `autoResume`.
   */
  async pause(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("pauseSandbox", this.#request(), options);
    return this.#info;
  }

  /**
   * Puts the machine on disk until it is resumed: it has no process then, takes no place among those that run, and outlives
   * the host's reboot. What runs in it goes on where it was; streams that were open end with `sandbox_suspended`. Throws
   * `disk_full`, `base_gone`, `capture_failed`; it runs on then.
   */
  async suspend(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("suspendSandbox", this.#request(), options);
    return this.#info;
  }

  /**
   * Lets it run again, with its clock set. Does nothing when it runs. One that is suspended takes a place: throws
   * `sandbox_quota`, `suspended_state_damaged`, `resume_failed`; it stays suspended then.
   */
  async resume(options: CallOptions = {}): Promise<SandboxInfo> {
    this.#info = await this.#connection.call("resumeSandbox", this.#request(), options);
    return this.#info;
  }

  /** Ends the machine. Does nothing when it is gone already; throws `sandbox_not_found` for a name that none has. */
  async kill(options: CallOptions = {}): Promise<void> {
    // A name may mean another machine by the time of the disposal.
    if (!ID.test(this.id)) await this.refresh(options);
    try {
      await this.#connection.call("killSandbox", this.#request(), options);
    } catch (error) {
      if (!isForkdApiError(error) || error.code !== "sandbox_not_found") throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.kill();
    } finally {
      await this.#owned?.[Symbol.asyncDispose]();
    }
  }

  #request(): { params: { id: string } };
  #request<Parts>(parts: Parts): { params: { id: string } } & Parts;
  #request(parts: object = {}): { params: { id: string } } {
    return { params: { id: this.id }, ...parts };
  }
}

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms / 1000);
}
