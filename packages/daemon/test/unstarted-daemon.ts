import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { composeServices } from "../src/compose.ts";
import { readConfig } from "../src/config.ts";
import { parseExposition } from "./exposition.ts";

/** The parts of a daemon that nobody has started, and what it tells at a scrape. */
export async function composeUnstarted(
  settings: Readonly<Record<string, string>> = {},
  log = pino({ level: "silent" }),
) {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await mkdtempDisposable(join(tmpdir(), "forkd-metrics-")));
  const config = readConfig({
    HOME: path,
    FORKD_DATA_DIR: join(path, "data"),
    FORKD_CACHE_DIR: join(path, "cache"),
    ...settings,
  });
  const services = await composeServices({ config, log });
  stack.use(services.tracing);
  stack.use(services.webhooks);
  if (services.audit) stack.use(services.audit);
  stack.defer(() => services.snapshots.close());
  const resources = stack.move();
  const scrape = async () => parseExposition(await services.metrics.render());
  const sample = async (key: string) => {
    const families = await scrape();
    return [...families.values()].flatMap(({ samples }) => samples.get(key) ?? [])[0];
  };
  return { services, scrape, sample, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
