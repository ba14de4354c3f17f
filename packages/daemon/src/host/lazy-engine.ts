import type { Engine } from "@forkd/core";

/**
 * An engine that is made when it is first used, so that the daemon starts, and can say what is missing, on a host
 * that cannot run machines yet. A failure is tried again at the next use. Machines that run are adopted without it.
 */
export function createLazyEngine(
  create: (signal: AbortSignal) => Promise<Engine>,
  adopt: Engine["adopt"],
): Engine {
  let engine: Promise<Engine> | undefined;
  const get = (): Promise<Engine> => {
    engine ??= create(new AbortController().signal).catch((error: unknown) => {
      engine = undefined;
      throw error;
    });
    return engine;
  };
  return {
    identify: async (options) => (await get()).identify(options),
    listDeviceKinds: async (options) => (await get()).listDeviceKinds(options),
    boot: async (spec, options) => (await get()).boot(spec, options),
    restore: async (spec, options) => (await get()).restore(spec, options),
    revive: async (spec, options) => (await get()).revive(spec, options),
    openZygote: async (spec, rehearse, options) => (await get()).openZygote(spec, rehearse, options),
    adopt,
  };
}
