import { EMULATED_HOST } from "../kvm/emulated-test-host.ts";
import type { TestHost } from "./hosted-daemon.ts";
import { THIS_HOST } from "./this-host.ts";

/** The host that the environment names. */
export const TEST_HOST: TestHost = EMULATED_HOST ?? THIS_HOST;
