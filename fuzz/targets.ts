import type { FuzzTarget } from "./target.ts";
import { agentHttp } from "./targets/agent-http.ts";
import { agentJson } from "./targets/agent-json.ts";
import { agentReplies } from "./targets/agent-replies.ts";
import { evalFrames } from "./targets/eval-frames.ts";
import { execFrames } from "./targets/exec-frames.ts";
import { formParts } from "./targets/form-parts.ts";
import { packManifest, snapshotManifest } from "./targets/manifests.ts";
import { memoryLayer } from "./targets/memory-layer.ts";
import { nameQueries } from "./targets/name-queries.ts";
import { packArchive } from "./targets/pack-archive.ts";
import { packPages } from "./targets/pack-pages.ts";
import { qmp } from "./targets/qmp.ts";

/** One for each parser of what somebody hostile may have written. */
export const TARGETS: readonly FuzzTarget[] = [
  memoryLayer,
  snapshotManifest,
  packManifest,
  packPages,
  packArchive,
  agentReplies,
  execFrames,
  evalFrames,
  qmp,
  agentJson,
  agentHttp,
  formParts,
  nameQueries,
];
