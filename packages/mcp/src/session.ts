import { randomBytes } from "node:crypto";
import type { Forkd, SandboxInfo } from "@forkd/sdk";

/** The label of every sandbox that a session has made; its value is the session's id. */
export const SESSION_LABEL = "mcp-session";

/** What becomes of the sandboxes that a session has made and that are still there, when it ends. */
export const END_ACTIONS = ["keep", "suspend", "kill"] as const;
export type EndAction = (typeof END_ACTIONS)[number];

/** For how long the end of a session waits for its sandboxes' end. */
const END_TIMEOUT_MS = 20_000;

/** One run of the server: whose sandboxes are its own, and what becomes of them. Disposal ends it. */
export class Session implements AsyncDisposable {
  readonly forkd: Forkd;
  readonly id = randomBytes(8).toString("hex");
  readonly #onEnd: EndAction;
  #hasMade = false;

  constructor(forkd: Forkd, onEnd: EndAction) {
    this.forkd = forkd;
    this.#onEnd = onEnd;
  }

  /** The labels for sandboxes that it makes, with those that were asked for. */
  label(labels: Readonly<Record<string, string>> = {}): Record<string, string> {
    this.#hasMade = true;
    return { ...labels, [SESSION_LABEL]: this.id };
  }

  /** Whether it has made a sandbox itself. */
  owns({ labels }: Pick<SandboxInfo, "labels">): boolean {
    return labels[SESSION_LABEL] === this.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A daemon that was never needed is not started for this.
    if (this.#hasMade && this.#onEnd !== "keep") await this.#settle(this.#onEnd);
    await this.forkd[Symbol.asyncDispose]();
  }

  async #settle(action: Exclude<EndAction, "keep">): Promise<void> {
    const signal = AbortSignal.timeout(END_TIMEOUT_MS);
    const own = await this.forkd.sandboxes.list({ label: `${SESSION_LABEL}=${this.id}`, signal });
    const living = own.filter(({ info }) => info.status !== "dead");
    const ends = await Promise.allSettled(
      living.map((sandbox) => (action === "kill" ? sandbox.kill({ signal }) : sandbox.suspend({ signal }))),
    );
    const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} sandboxes were not ended`);
  }
}
