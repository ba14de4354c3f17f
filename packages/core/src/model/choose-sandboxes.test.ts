import type { SandboxInfo } from "@forkd/contract";
import { expect, test } from "vitest";
import { isChosen } from "./choose-sandboxes.ts";

const INFO = {
  name: "web",
  status: "paused",
  snapshot_tag: "py",
  labels: { team: "shop", equation: "a=b", empty: "" },
} as unknown as SandboxInfo;

test.each([
  [{}, true],
  [{ name: "web", status: "paused", tag: "py" }, true],
  [{ name: "we" }, false],
  [{ status: "running" }, false],
  [{ tag: "other" }, false],
  [{ label: "team=shop" }, true],
  [{ label: "team=web" }, false],
  [{ label: "team" }, true],
  [{ label: "empty=" }, true],
  [{ label: "equation=a=b" }, true],
  [{ label: "constructor" }, false],
  [{ label: ["team=shop", "empty"] }, true],
  [{ label: ["team=shop", "other"] }, false],
  [{ name: "web", label: "other" }, false],
] as const)("by %o it is chosen: %s", (filter, chosen) => expect(isChosen(INFO, filter)).toBe(chosen));
