import type {
  BranchInfo,
  BranchRequest,
  EvalResult,
  ExecResult,
  Ping,
  SandboxInfo,
  SandboxRequest,
  SnapshotInfo,
} from "./api.gen.ts";
import { Forkd } from "./forkd.ts";
import type { ForkdOptions } from "./open-connection.ts";
import { toWire } from "./wire.ts";
import type { Wire } from "./wire.ts";

export interface ControllerOptions extends ForkdOptions {
  /** How long a call may take. Default: 60,000 ms. */
  readonly timeoutMs?: number | undefined;
}

/** `measure_diff` is how the reference system's client spells it. */
export type ControllerBranchRequest = BranchRequest & { readonly measure_diff?: boolean | undefined };

/**
 * The method names and snake-case replies of the reference system's TypeScript client, for programs that move over.
 * New programs use {@link Forkd}.
 */
export class Controller implements AsyncDisposable {
  readonly #forkd: Forkd;
  readonly #timeoutMs: number;

  constructor({ timeoutMs = 60_000, ...options }: ControllerOptions = {}) {
    this.#forkd = new Forkd(options);
    this.#timeoutMs = timeoutMs;
  }

  async listSnapshots(): Promise<Wire<readonly SnapshotInfo[]>> {
    return toWire(await this.#forkd.snapshots.list(this.#deadline()));
  }

  async deleteSnapshot(tag: string): Promise<void> {
    await this.#forkd.snapshots.remove(tag, this.#deadline());
  }

  async spawnSandboxes({ snapshotTag, ...rest }: SandboxRequest): Promise<Wire<SandboxInfo>[]> {
    const children = await this.#forkd.sandboxes.fork(snapshotTag, { ...rest, ...this.#deadline() });
    return children.map(({ info }) => toWire(info));
  }

  async listSandboxes(): Promise<Wire<SandboxInfo>[]> {
    return (await this.#forkd.sandboxes.list(this.#deadline())).map(({ info }) => toWire(info));
  }

  async getSandbox(id: string): Promise<Wire<SandboxInfo>> {
    return toWire((await this.#forkd.sandboxes.get(id, this.#deadline())).info);
  }

  async killSandbox(id: string): Promise<void> {
    await this.#forkd.sandboxes.kill(id, this.#deadline());
  }

  async branchSandbox(id: string, request: ControllerBranchRequest = {}): Promise<Wire<BranchInfo>> {
    return toWire(await this.#forkd.sandboxes.at(id).branch({ ...request, ...this.#deadline() }));
  }

  async execCommand(
    id: string,
    args: readonly string[],
    { timeoutSecs = 30 }: { readonly timeoutSecs?: number } = {},
  ): Promise<Wire<ExecResult>> {
    return toWire(await this.#forkd.sandboxes.at(id).exec(args, { timeoutSecs, ...this.#deadline() }));
  }

  async evalCode(id: string, code: string): Promise<Wire<EvalResult>> {
    return toWire(await this.#forkd.sandboxes.at(id).eval(code, this.#deadline()));
  }

  async pingSandbox(id: string): Promise<Wire<Ping>> {
    return toWire(await this.#forkd.sandboxes.at(id).ping(this.#deadline()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#forkd[Symbol.asyncDispose]();
  }

  #deadline(): { signal: AbortSignal } {
    return { signal: AbortSignal.timeout(this.#timeoutMs) };
  }
}
