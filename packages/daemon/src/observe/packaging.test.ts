import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ERRORS } from "@forkd/contract";
import { expect, test } from "vitest";
import { composeUnstarted } from "../../test/unstarted-daemon.ts";

const PACKAGING = join(import.meta.dirname, "../../../../packaging");
const read = (name: string): Promise<string> => readFile(join(PACKAGING, name), "utf8");

/** What a query may call a metric, histograms in three forms. */
async function namesOfMetrics(): Promise<Set<string>> {
  await using daemon = await composeUnstarted();
  const families = await daemon.scrape();
  const names = [...families].flatMap(([name, { type }]) =>
    type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
  return new Set(["up", ...names]);
}

test.each(["grafana/forkd.json", "prometheus/forkd-alerts.yml"])(
  "each metric that %s names is one that a daemon tells",
  async (file) => {
    const named = (await read(file)).match(/\b(?:forkd|process)_[a-z_]+\b/g) ?? [];
    const known = await namesOfMetrics();
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  },
);

test("the dashboard asks for nothing that its reader cannot choose, and its panels have names of their own", async () => {
  const { panels } = JSON.parse(await read("grafana/forkd.json")) as {
    panels: { id: number; title: string; datasource: { uid: string }; targets: { expr: string }[] }[];
  };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  for (const { datasource, targets } of panels) {
    expect(datasource.uid).toBe("${datasource}");
    for (const { expr } of targets) expect(expr).toContain('instance=~"$instance"');
  }
});

test("the alerts name codes of errors that there are", async () => {
  const codes = [...(await read("prometheus/forkd-alerts.yml")).matchAll(/code=~?"([^"]+)"/g)].flatMap(
    ([, list = ""]) => list.split("|"),
  );
  expect(codes.length).toBeGreaterThan(1);
  expect(codes.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
});
