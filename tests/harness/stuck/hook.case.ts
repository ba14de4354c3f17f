import { writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import {
  createEngine,
  describeMachine,
  readGuestFiles,
  soon,
  Workspace,
} from "../../../packages/engine-qemu/test/fixture.ts";

beforeAll(async () => {
  const { kernelPath, initramfsPath } = readGuestFiles();
  const spec = await describeMachine(await Workspace.create(), "stuck");
  const machine = await createEngine().boot({ ...spec, kernelPath, initramfsPath }, soon());
  await writeFile(process.env["FORKD_TEST_STUCK_PID"] ?? "", String(machine.pid));
  await new Promise(() => {});
});

test("is never come to", () => expect.unreachable());
