import { createSandboxId } from "@forkd/contract";
import type { ChildSpec, SandboxId, SandboxForkRequest } from "@forkd/contract";
import type { ForkIdentity } from "../ports/guest.ts";

/** One child that is to be: its names, and what it is given. */
export interface ChildPlan {
  readonly id: SandboxId;
  readonly name: string | null;
  /** That of its whole fork: its children are listed in the order of their indices. */
  readonly createdAtUnix: number;
  readonly identity: ForkIdentity;
}

const NO_EXTRAS: ChildSpec = { env: {}, files: [], args: [] };

/**
 * Gives each child of a fork names of its own and its environment: the snapshot's, then the request's, then the
 * child's own.
 */
export function planChildren(
  request: Pick<SandboxForkRequest, "n" | "name" | "env" | "children">,
  snapshotEnv: Readonly<Record<string, string>>,
): ChildPlan[] {
  const names = nameChildren(request);
  const createdAtUnix = Math.floor(Date.now() / 1000);
  return Array.from({ length: request.n }, (_, index) => {
    const id = createSandboxId();
    const extras = request.children[index] ?? NO_EXTRAS;
    return {
      id,
      name: names[index] ?? null,
      createdAtUnix,
      identity: {
        sandboxId: id,
        childIndex: index,
        hostname: extras.hostname ?? id.replace("_", "-"),
        machineId: createMachineId(),
        env: { ...snapshotEnv, ...request.env, ...extras.env },
        args: extras.args,
        files: extras.files,
      },
    };
  });
}

/** What the children of a fork are called, if they are called anything. */
export function nameChildren({ n, name }: Pick<SandboxForkRequest, "n" | "name">): string[] {
  if (name === null) return [];
  return n === 1 ? [name] : Array.from({ length: n }, (_, index) => `${name}-${index}`);
}

/** 128 random bits as `machine-id(5)` wants them. */
export function createMachineId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");
}
