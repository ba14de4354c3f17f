import { writeSync } from "node:fs";
import type { CaptureSpec, RestoreSpec } from "@forkd/core";
import type { QemuMachine } from "../src/machine.ts";
import { createEngine, soon } from "./fixture.ts";

/** Restores a machine, begins to capture it, and dies at an event of it, as a daemon that crashes does. */
const [spec, capture, moment] = JSON.parse(process.argv[2] ?? "") as [RestoreSpec, CaptureSpec, string];
const machine = (await createEngine().restore(spec, soon())) as QemuMachine;
const { pid, startTicks } = machine;
writeSync(1, JSON.stringify({ pid, startTicks, directory: spec.directory, paused: false }));
machine.qmp.onEvent(({ name }) => name === moment && process.kill(process.pid, "SIGKILL"));
await machine.capture(capture, soon());
