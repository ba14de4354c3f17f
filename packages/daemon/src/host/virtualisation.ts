import { orCancelled } from "@forkd/core";
import type { CallOptions, Engine, GuestBootProvider } from "@forkd/core";
import { adoptMachine } from "@forkd/engine-qemu";
import { chooseAccelerator, resolveQemu } from "@forkd/host";
import type { AcceleratorChoice, ConfinementChoice, ProbeResult } from "@forkd/host";
import { composeEngine, findLauncher, prepareProbe } from "./compose-engine.ts";
import type { EngineParts } from "./compose-engine.ts";
import { createLazyEngine } from "./lazy-engine.ts";

/** How machines are run on this host. */
export interface Virtualisation {
  /** Made when it is first used, by the choice that is in force. */
  readonly engine: Engine;
  /** The choice in force. It is made once; a host that lacks something is asked again. */
  choose(options: CallOptions): Promise<AcceleratorChoice>;
  /** Looks at the host anew, for those who ask what it can do; what is in force stays. */
  chooseAnew(options: CallOptions): Promise<AcceleratorChoice>;
  /** How far a machine of this choice is kept from the host. */
  findConfinement(choice: AcceleratorChoice, options: CallOptions): Promise<ConfinementChoice>;
  /** Starts a guest that reports itself and powers off, just as a machine of this choice is started. */
  tryMachine(choice: AcceleratorChoice, options: CallOptions): Promise<ProbeResult>;
}

export function createVirtualisation(
  parts: EngineParts & { readonly guestBoot: GuestBootProvider },
): Virtualisation {
  const { cacheDir } = parts;
  const look = async (anew: boolean, options: CallOptions): Promise<AcceleratorChoice> => {
    const qemuPath = await resolveQemu();
    const prepare = () => prepareProbe({ qemuPath, accelerator: "kvm" }, parts, options);
    return chooseAccelerator({ cacheDir, qemuPath, anew, prepareProbe: prepare, ...options });
  };
  let choice: Promise<AcceleratorChoice> | undefined;
  const choose = (options: CallOptions): Promise<AcceleratorChoice> => {
    // It is made for everybody who waits for it: that the first of them goes away does not end it.
    choice ??= look(false, { signal: new AbortController().signal }).catch((error: unknown) => {
      choice = undefined;
      throw error;
    });
    return orCancelled(choice, options.signal, "choosing how machines are run");
  };
  return {
    engine: createLazyEngine(
      async (signal) => composeEngine(await choose({ signal }), parts, { signal }),
      adoptMachine,
    ),
    choose,
    chooseAnew: (options) => look(true, options),
    findConfinement: (kind, options) => findLauncher(kind, parts, options),
    tryMachine: async (kind, options) => (await prepareProbe(kind, parts, options)).run(options),
  };
}
