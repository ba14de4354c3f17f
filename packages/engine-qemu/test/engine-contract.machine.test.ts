import { testEngine } from "@forkd/core/testing";
import { CAPTURE_MODES } from "../../../tests/harness/capture-modes.ts";
import { createRig } from "./engine-rig.ts";

testEngine("QEMU, emulated", { modes: CAPTURE_MODES, copies: true }, createRig);
