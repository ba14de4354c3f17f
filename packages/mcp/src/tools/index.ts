import type { AnyTool } from "../tool.ts";
import { evalCode } from "./code/eval-code.ts";
import { execCommand } from "./code/exec-command.ts";
import { readOutput } from "./code/read-output.ts";
import { startCommand } from "./code/start-command.ts";
import { stopCommand } from "./code/stop-command.ts";
import { listFiles } from "./files/list-files.ts";
import { readFile } from "./files/read-file.ts";
import { removeFile } from "./files/remove-file.ts";
import { waitForText } from "./files/wait-for-text.ts";
import { writeFile } from "./files/write-file.ts";
import { fetchPort } from "./ports/fetch-port.ts";
import { listPorts } from "./ports/list-ports.ts";
import { waitForPort } from "./ports/wait-for-port.ts";
import { branchSandbox } from "./sandboxes/branch-sandbox.ts";
import { forkSandbox } from "./sandboxes/fork-sandbox.ts";
import { getLogs } from "./sandboxes/get-logs.ts";
import { killSandbox } from "./sandboxes/kill-sandbox.ts";
import { listSandboxes } from "./sandboxes/list-sandboxes.ts";
import { getSandbox, pauseSandbox, resumeSandbox, suspendSandbox } from "./sandboxes/one-sandbox.ts";
import { pingSandbox } from "./sandboxes/ping-sandbox.ts";
import { spawnSandboxes } from "./sandboxes/spawn-sandboxes.ts";
import { buildImage } from "./snapshots/build-image.ts";
import { createSnapshot } from "./snapshots/create-snapshot.ts";
import { deleteSnapshot } from "./snapshots/delete-snapshot.ts";
import { getTree } from "./snapshots/get-tree.ts";
import { listImages } from "./snapshots/list-images.ts";
import { listSnapshots } from "./snapshots/list-snapshots.ts";

/** Every tool, in the order in which they are listed. */
export const TOOLS: readonly AnyTool[] = [
  listSnapshots,
  createSnapshot,
  deleteSnapshot,
  listImages,
  buildImage,
  getTree,
  spawnSandboxes,
  forkSandbox,
  branchSandbox,
  listSandboxes,
  getSandbox,
  pauseSandbox,
  suspendSandbox,
  resumeSandbox,
  killSandbox,
  getLogs,
  pingSandbox,
  execCommand,
  evalCode,
  startCommand,
  readOutput,
  stopCommand,
  readFile,
  writeFile,
  listFiles,
  removeFile,
  waitForText,
  listPorts,
  waitForPort,
  fetchPort,
];
