import type { SandboxForkRequest } from "@forkd/contract";
import { wantedNetwork } from "../fork/wanted-network.ts";
import { forkSnapshot } from "../fork/fork-snapshot.ts";
import type { ForkSnapshotPorts, ForkedChild } from "../fork/fork-snapshot.ts";
import { forOneFork } from "../fork/zygote-source.ts";
import type { Zygotes } from "../fork/zygotes.ts";
import type { ImageStore } from "../ports/images.ts";
import type { ProgressOptions } from "../ports/options.ts";
import type { ForkableSnapshot } from "../ports/snapshots.ts";
import type { CaptureSource } from "./capture-source.ts";
import { captureSandbox, openBase } from "./capture-sandbox.ts";
import type { BranchPorts } from "./capture-sandbox.ts";
import { holdSource } from "./hold-source.ts";
import { chooseMode } from "./choose-mode.ts";

export interface ForkSandboxPorts extends ForkSnapshotPorts, BranchPorts {
  readonly zygotes: Zygotes;
  readonly images: ImageStore;
}

export interface SandboxFork {
  readonly snapshot: ForkableSnapshot;
  readonly children: readonly ForkedChild[];
  /** Keeps the snapshot until the children are listed as its users; dropped if it has none then. */
  readonly hold: AsyncDisposable;
}

/**
 * Forks children from a running machine, which runs on. The snapshot between them has no name, is not stored, and
 * is dropped with the last of the children; but with `live_fork` it is stored, since memory that can be captured live
 * is a copy of what is stored, and so it is of a machine that is suspended.
 */
export async function forkSandbox(
  ports: ForkSandboxPorts,
  sandbox: CaptureSource,
  request: SandboxForkRequest,
  options: ProgressOptions,
): Promise<SandboxFork> {
  const work = `a fork of ${sandbox.record.id}`;
  await using _base = await holdSource(ports, sandbox.record.snapshotId, work, options);
  await using holding = new AsyncDisposableStack();
  await using stack = new AsyncDisposableStack();
  await using copies = new AsyncDisposableStack();
  const draft = stack.use(await ports.snapshots.begin(null));
  holding.use(await holdSource(ports, draft.id, work, options));
  const base = await openBase(ports, sandbox, options);
  // What is on disk already is a layer, and only what is stored can stand on something.
  const isStored = request.live_fork || sandbox.record.suspended !== null;
  const mode =
    sandbox.record.suspended === null
      ? chooseMode(await sandbox.assessCapture(options), base.memoryMib, "full")
      : "diff";
  options.onProgress({ step: "capture", message: `capturing ${sandbox.record.id} (${mode})` });
  const { description, report } = await captureSandbox(sandbox, draft, { base, mode }, options);
  if (isStored) await draft.commit(description, options);
  const memory = request.live_fork ? "shared-memory" : "file";
  const snapshot = isStored
    ? await ports.snapshots.open(draft.id, { ...options, memory })
    : await draft.stage(description, options);
  const { path: imagePath } = await ports.images.open(base.image.id, options);
  copies.defer(() => ports.zygotes.forget(snapshot.manifest.id));
  const zygotes = forOneFork(ports.zygotes);
  const children = await forkSnapshot(
    { ...ports, zygotes },
    { snapshot, imagePath, network: wantedNetwork(request), request, tenant: sandbox.record.tenant },
    options,
  );
  if (isStored) return { snapshot, children, hold: holding.move() };
  stack.move();
  ports.staged.add(draft, { description, bytes: report.memoryBytes + report.diskBytes });
  return { snapshot, children, hold: holding.move() };
}
