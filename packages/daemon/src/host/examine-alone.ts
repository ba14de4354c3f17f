import type { DoctorCheck } from "@forkd/contract";
import { isForkdError } from "@forkd/contract";
import type { CallOptions } from "@forkd/core";
import { createLimitProvider } from "@forkd/host";
import { pino } from "pino";
import { composeGuestBoot } from "../compose.ts";
import { readConfig } from "../config.ts";
import type { DaemonConfig } from "../config.ts";
import { examineHost } from "./examine-host.ts";
import { createVirtualisation } from "./virtualisation.ts";

/** What a daemon's doctor says, where none runs, or none can start. */
export async function examineAlone(options: CallOptions): Promise<DoctorCheck[]> {
  const config = tryConfig();
  if ("status" in config) return [config];
  const log = pino({ level: "silent" });
  const guestBoot = composeGuestBoot(config);
  const virtualisation = createVirtualisation({ ...config, guestBoot, log });
  return examineHost(
    { config, limits: createLimitProvider({ dataDir: config.dataDir }), virtualisation },
    options,
  );
}

function tryConfig(): DaemonConfig | DoctorCheck {
  try {
    return readConfig();
  } catch (error) {
    if (!isForkdError(error)) throw error;
    return { name: "configuration", status: "fail", detail: error.message, hint: error.hint };
  }
}
