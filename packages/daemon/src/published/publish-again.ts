import type { Services } from "../services.ts";

/** Opens the ports again that an earlier daemon had for machines that live on. What cannot be opened is logged. */
export async function publishAgain({
  registry,
  publisher,
  log,
}: Pick<Services, "registry" | "publisher" | "log">): Promise<void> {
  const machines = [...registry.list(), ...registry.unadopted()];
  await Promise.all(
    machines.map(async ({ record: { id, published = [] } }) => {
      if (id === undefined) return;
      await publisher
        .open(id, published)
        .catch((err: unknown) => log.error({ err, id }, "port.not_published"));
    }),
  );
}
