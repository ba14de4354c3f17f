import type { z } from "zod";
import type * as guest from "./schemas/guest.ts";
import type * as image from "./schemas/image.ts";
import type { progressSchema, progressStreamSchema } from "./schemas/progress.ts";
import type * as sandbox from "./schemas/sandbox.ts";
import type * as snapshot from "./schemas/snapshot.ts";
import type * as system from "./schemas/system.ts";

/** The parsed shapes of the wire, one name each. Requests are as they are after their defaults were filled in. */
export type Capabilities = z.output<typeof system.capabilitiesSchema>;
export type DoctorCheck = z.output<typeof system.doctorCheckSchema>;
export type ImageRecipe = z.output<typeof image.imageRecipeSchema>;
export type ImageInfo = z.output<typeof image.imageInfoSchema>;
export type SnapshotRequest = z.output<typeof snapshot.snapshotRequestSchema>;
export type SnapshotInfo = z.output<typeof snapshot.snapshotInfoSchema>;
export type WarmStep = z.output<typeof snapshot.warmStepSchema>;
export type SandboxRequest = z.output<typeof sandbox.sandboxRequestSchema>;
export type ChildSpec = z.output<typeof sandbox.childSpecSchema>;
export type SandboxInfo = z.output<typeof sandbox.sandboxInfoSchema>;
export type ExecRequest = z.output<typeof guest.execRequestSchema>;
export type ExecResult = z.output<typeof guest.execResultSchema>;
export type ExecEvent = z.output<typeof guest.execEventSchema>;
export type EvalRequest = z.output<typeof guest.evalRequestSchema>;
export type EvalResult = z.output<typeof guest.evalResultSchema>;
export type Ping = z.output<typeof guest.pingSchema>;
export type ProcessInfo = z.output<typeof guest.processInfoSchema>;
export type Progress = z.output<typeof progressSchema>;
export type ProgressEvent = z.output<typeof progressStreamSchema>;
