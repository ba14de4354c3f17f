export { composeServices } from "./compose.ts";
export { startDaemon } from "./daemon.ts";
export type { Daemon } from "./daemon.ts";
export { readConfig } from "./config.ts";
export type { DaemonConfig } from "./config.ts";
export { describeE2b } from "./faces/e2b/reference.ts";
export type { E2bReference, ReferenceRow } from "./faces/e2b/reference.ts";
