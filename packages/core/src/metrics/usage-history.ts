import type { SandboxId } from "@forkd/contract";
import type { MachineUsage } from "../ports/engine.ts";

/** What a machine took of its host at one time. */
export interface UsageSample extends MachineUsage {
  readonly atUnixMs: number;
  /** Of one CPU, since the sample before; null of the first. */
  readonly cpuPercent: number | null;
}

/** What can be measured of a machine. */
interface Measured {
  readonly record: { readonly id: SandboxId };
  measure(): Promise<MachineUsage>;
}

/** The last samples of each machine that lives, in memory: an hour of one costs some 20 KiB. */
export class UsageHistory {
  readonly #limit: number;
  readonly #samples = new Map<SandboxId, UsageSample[]>();

  constructor({ limit }: { readonly limit: number }) {
    this.#limit = limit;
  }

  /** The oldest first. */
  of(id: SandboxId): readonly UsageSample[] {
    return this.#samples.get(id) ?? [];
  }

  /** Measures a machine now, compared with its last sample. It is not kept. */
  async look(machine: Measured): Promise<UsageSample> {
    const usage = await machine.measure();
    return describeSample(usage, Date.now(), this.of(machine.record.id).at(-1));
  }

  /** Takes a sample of each, one behind the other, and forgets those that are not among them. */
  async sample(machines: readonly Measured[]): Promise<void> {
    const ids = new Set(machines.map(({ record }) => record.id));
    for (const id of this.#samples.keys()) if (!ids.has(id)) this.#samples.delete(id);
    for (const machine of machines) {
      // One that has just died is not among the living the next time.
      const sample = await this.look(machine).catch(() => undefined);
      if (sample) this.#keep(machine.record.id, sample);
    }
  }

  #keep(id: SandboxId, sample: UsageSample): void {
    const samples = this.#samples.get(id) ?? [];
    samples.push(sample);
    if (samples.length > this.#limit) samples.shift();
    this.#samples.set(id, samples);
  }
}

function describeSample(usage: MachineUsage, atUnixMs: number, last: UsageSample | undefined): UsageSample {
  const passedMs = last === undefined ? 0 : atUnixMs - last.atUnixMs;
  const cpuPercent =
    last === undefined || passedMs <= 0 ? null : Math.max(0, (100 * (usage.cpuMs - last.cpuMs)) / passedMs);
  return { atUnixMs, cpuPercent, ...usage };
}
