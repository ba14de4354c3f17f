export { adoptMachine } from "./adopt.ts";
export { readTail, trimLog } from "./console-log.ts";
export { createQemuEngine } from "./engine.ts";
export type { QemuEngine, QemuEngineOptions } from "./engine.ts";
export type { ProbeGuest, ProbeResult } from "./probe.ts";
export { qemuProcesses } from "./process/vmm-processes.ts";
export type { Launcher } from "./process/launch.ts";
