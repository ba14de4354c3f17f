import { testEngine } from "@forkd/core/testing";
import { createRig } from "./engine-rig.ts";

testEngine("QEMU, emulated", { modes: ["full", "diff", "live"], copies: true }, createRig);
