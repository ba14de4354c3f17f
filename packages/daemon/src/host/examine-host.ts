import type { DoctorCheck } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { runDoctor } from "@forkd/host";
import type { Services } from "../services.ts";

type Examined = Pick<Services, "config" | "limits" | "virtualisation">;

/** Looks at everything that is needed of this host, as it is now. */
export async function examineHost(
  { config, limits, virtualisation }: Examined,
  { signal }: CallOptions,
): Promise<DoctorCheck[]> {
  const { dataDir, cacheDir, socketPath } = config;
  const choice = virtualisation.chooseAnew({ signal });
  // More than one check waits for it; until then nobody does.
  choice.catch(() => {});
  return runDoctor({
    dataDir,
    cacheDir,
    socketPath,
    limits,
    chooseAccelerator: () => choice,
    findConfinement: async () => virtualisation.findConfinement(await choice, { signal }),
    tryMachine: async () => virtualisation.tryMachine(await choice, { signal }),
    signal,
  });
}
