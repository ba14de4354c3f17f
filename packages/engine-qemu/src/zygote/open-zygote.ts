import { join } from "node:path";
import { ForkdError } from "@forkd/contract";
import type { CallOptions, Machine, ZygoteSpec } from "@forkd/core";
import { MACHINE_FILES } from "../machine-files.ts";
import { connectUnix } from "../connect-unix.ts";
import { QmpClient } from "../qmp/client.ts";
import { kindWord } from "../process/card-words.ts";
import { restoreMachine } from "../restore.ts";
import type { RestoreBy } from "../restore.ts";
import { QemuZygote } from "./qemu-zygote.ts";
import { ZygoteControl } from "./zygote-control.ts";

/** What a zygote is restored from, and what it does before it stands still. */
export interface ZygotePlan {
  readonly spec: ZygoteSpec;
  readonly rehearse: (machine: Machine) => Promise<void>;
}

/**
 * Restores a machine, lets it rehearse, and stops it, with its monitor and its agent's port connected: a copy goes on
 * with both. Throws what restoring and `rehearse` throw.
 */
export async function openZygote(
  by: Required<Omit<RestoreBy, "card">>,
  { spec, rehearse }: ZygotePlan,
  options: CallOptions,
): Promise<QemuZygote> {
  await using stack = new AsyncDisposableStack();
  const cardKind = spec.card?.kind ?? "none";
  const { machine, control } = await restoreMachine({ ...by, card: kindWord(cardKind) }, spec, options);
  stack.use(machine);
  if (control === undefined)
    throw new ForkdError("internal", { reason: "a zygote without a control socket" });
  const orders = stack.use(new ZygoteControl(control));
  await orders.waitUntilReady(options);
  const monitor = stack.use(
    new QmpClient(await connectUnix(join(spec.directory, MACHINE_FILES.qmpSocket), options)),
  );
  await rehearse(machine);
  await monitor.execute("stop", {}, options);
  await orders.settle(options);
  return new QemuZygote({
    machine,
    control: orders,
    cardKind,
    memoryPath: spec.memoryPath,
    resources: stack.move(),
  });
}
