export { readTail, trimLog } from "./console-log.ts";
export { createQemuEngine } from "./engine.ts";
export type { QemuEngineOptions } from "./engine.ts";
export type { EngineLogger } from "./logger.ts";
