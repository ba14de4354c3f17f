export { adoptMachine } from "./adopt.ts";
export { createQemuEngine } from "./engine.ts";
export type { QemuEngine, QemuEngineOptions } from "./engine.ts";
export { LAUNCHED_FILES, monitorPath } from "./machine-files.ts";
export { qemuLogs } from "./machine-logs.ts";
export type { ProbeGuest, ProbeResult } from "./probe.ts";
export { qemuProcesses } from "./process/vmm-processes.ts";
export type { Launcher } from "./process/launch.ts";
