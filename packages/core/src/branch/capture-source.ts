import type { Sandbox } from "../sandbox/sandbox.ts";

/** What a snapshot can be made of: a machine, or what one is resumed of. */
export type CaptureSource = Pick<
  Sandbox,
  "record" | "assessCapture" | "findLiveBlocker" | "capture" | "noteBranch"
>;
