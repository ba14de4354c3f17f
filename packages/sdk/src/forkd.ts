import type {
  Capabilities,
  Doctor,
  GarbageReport,
  GarbageRequest,
  StopReport,
  StopRequest,
  Tree,
  Version,
} from "./api.gen.ts";
import { Audit } from "./audit.ts";
import type { Connection } from "./connection.ts";
import { Events } from "./events.ts";
import { Images } from "./images.ts";
import { Jobs } from "./jobs.ts";
import { openConnection } from "./open-connection.ts";
import type { ForkdOptions } from "./open-connection.ts";
import type { CallOptions, ProgressOptions } from "./options.ts";
import { readText } from "./reply-body.ts";
import { Sandboxes } from "./sandboxes.ts";
import { Snapshots } from "./snapshots.ts";
import { Tenants } from "./tenants.ts";
import { Tokens } from "./tokens.ts";
import { NetworkNamespaces } from "./network-namespaces.ts";
import { Webhooks } from "./webhooks.ts";
import { Workspaces } from "./workspaces.ts";

/**
 * A client of one forkd daemon. Does nothing until its first call; disposal closes idle connections.
 *
 * @example
 * await using forkd = new Forkd();
 * await using children = await forkd.sandboxes.fork("py-numpy", { n: 3 });
 * const { result } = await children[0]!.eval("numpy.arange(4).sum()");
 */
export class Forkd implements AsyncDisposable {
  /** Where the daemon is looked for. */
  readonly baseUrl: string;
  readonly images: Images;
  readonly snapshots: Snapshots;
  readonly sandboxes: Sandboxes;
  readonly workspaces: Workspaces;
  readonly netns: NetworkNamespaces;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly webhooks: Webhooks;
  readonly tenants: Tenants;
  readonly #connection: Connection;

  constructor(options: ForkdOptions = {}) {
    const { baseUrl, connection } = openConnection(options);
    this.baseUrl = baseUrl;
    this.#connection = connection;
    this.images = new Images(this.#connection);
    this.snapshots = new Snapshots(this.#connection);
    this.workspaces = new Workspaces(this.#connection);
    this.netns = new NetworkNamespaces(this.#connection);
    this.sandboxes = new Sandboxes(this.#connection);
    this.events = new Events(this.#connection);
    this.jobs = new Jobs(this.#connection, this.events);
    this.tokens = new Tokens(this.#connection);
    this.audit = new Audit(this.#connection);
    this.webhooks = new Webhooks(this.#connection);
    this.tenants = new Tenants(this.#connection);
  }

  /** Whether a daemon answers; throws `daemon_unreachable` when none does. */
  async health(options: CallOptions = {}): Promise<void> {
    await this.#connection.call("health", {}, options);
  }

  /** The versions of daemon and API, and the daemon's pid. */
  version(options: CallOptions = {}): Promise<Version> {
    return this.#connection.call("version", {}, options);
  }

  /** What the host can do, and why. */
  capabilities(options: CallOptions = {}): Promise<Capabilities> {
    return this.#connection.call("capabilities", {}, options);
  }

  /** Every requirement: its state, why, and how to mend it. */
  doctor(options: CallOptions = {}): Promise<Doctor> {
    return this.#connection.call("doctor", {}, options);
  }

  /** Figures of the daemon and of all machines, in Prometheus' text format. Starts no daemon. */
  async metrics(options: CallOptions = {}): Promise<string> {
    return await readText((await this.#connection.download("scrape", {}, options)).body);
  }

  /** Snapshots and machines, with what each comes from. */
  tree(options: CallOptions = {}): Promise<Tree> {
    return this.#connection.call("tree", {}, options);
  }

  /** Removes what nothing points to; with `dryRun` only says what that is. */
  collectGarbage({ signal, ...body }: GarbageRequest & CallOptions = {}): Promise<GarbageReport> {
    return this.#connection.call("collectGarbage", { body }, { signal });
  }

  /**
   * Stops the daemon. What becomes of its machines, `onExit` says: `keep`, `suspend` or `kill`, and unless told, the daemon's
   * own setting; with `keepSuspended` those on disk are left by a kill. Throws `stop_failed` where one cannot be suspended:
   * the daemon runs on then.
   */
  stop({ signal, onProgress, ...body }: StopRequest & ProgressOptions = {}): Promise<StopReport> {
    return this.#connection.call("stop", { body }, { signal, onProgress });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}
