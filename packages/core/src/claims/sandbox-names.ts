import { ForkdError } from "@forkd/contract";
import type { SnapshotUser } from "./holds.ts";

/** The names of machines that are not dead, and of those that are being forked or renamed: no two of a tenant have the same. */
export class SandboxNames {
  readonly #listMachines: () => readonly SnapshotUser[];
  readonly #claimed = new Set<string>();

  constructor(listMachines: () => readonly SnapshotUser[]) {
    this.#listMachines = listMachines;
  }

  /** Takes names for machines that have them by the time of its disposal, or never. Throws `name_taken`. */
  take(names: readonly string[], tenant: string | null = null): Disposable {
    const machines = this.#listMachines().filter((machine) => (machine.tenant ?? null) === tenant);
    const keyOf = (name: string): string => JSON.stringify([tenant, name]);
    for (const name of names) {
      const owner = machines.find((machine) => machine.name === name);
      if (owner ?? this.#claimed.has(keyOf(name)))
        throw new ForkdError("name_taken", { name, id: owner?.id ?? null });
    }
    for (const name of names) this.#claimed.add(keyOf(name));
    return { [Symbol.dispose]: () => names.forEach((name) => this.#claimed.delete(keyOf(name))) };
  }
}
