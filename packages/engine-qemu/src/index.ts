export { readTail, trimLog } from "./console-log.ts";
export { createQemuEngine } from "./engine.ts";
export type { QemuEngine, QemuEngineOptions } from "./engine.ts";
export type { EngineLogger } from "./logger.ts";
export type { ProbeGuest, ProbeResult } from "./probe.ts";
