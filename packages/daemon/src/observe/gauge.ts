import Counter from "prom-client/lib/counter.js";
import Gauge from "prom-client/lib/gauge.js";
import type { Registry } from "prom-client";

interface Naming<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

type SetValue<Label extends string> = (value: number, labels?: Partial<Record<Label, string>>) => void;

/** A figure that is looked up at each scrape, with the labels that it has then. */
export function addGauge<Label extends string = never>(
  registry: Registry,
  { name, help, labels: labelNames = [] }: Naming<Label>,
  look: (set: SetValue<Label>) => void | Promise<void>,
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [],
    async collect() {
      const found: [value: number, labels: Partial<Record<Label, string>>][] = [];
      await look((value, labels = {}) => void found.push([value, labels]));
      // In one go: another scrape may be reading.
      this.reset();
      for (const [value, labels] of found) this.set(labels, value);
    },
  });
  registry.registerMetric(gauge);
}

/** A figure that only grows and is kept elsewhere, looked up at each scrape. */
export function addTotal(registry: Registry, { name, help }: Naming<never>, look: () => number): void {
  const counter = new Counter({
    name,
    help,
    registers: [],
    collect() {
      this.reset();
      this.inc(look());
    },
  });
  registry.registerMetric(counter);
}
