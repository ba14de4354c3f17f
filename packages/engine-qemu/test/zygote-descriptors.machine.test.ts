import { accessSync, constants } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import type { Zygote } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureScene } from "./capture-fixture.ts";
import { createEngine, readLauncher, soon, runInGuest } from "./fixture.ts";

describe("a zygote that has something open that copies would share", () => {
  let scene: CaptureScene;

  beforeAll(async () => {
    scene = await CaptureScene.create();
  });

  afterAll(() => scene?.[Symbol.asyncDispose]());

  async function open(launcher: Parameters<typeof createEngine>[1]): Promise<Zygote> {
    const engine = createEngine(undefined, launcher);
    const zygote = await engine.openZygote(await scene.describe(scene.base), async () => {}, soon());
    if (!zygote) throw new Error("this engine copies no machines");
    return zygote;
  }

  /** A launcher that gives QEMU more arguments. */
  async function addArguments(words: string): Promise<string> {
    const path = scene.workspace.file("launcher");
    await writeFile(path, `#!/bin/sh\nexec ${readLauncher().program} "$@" ${words}\n`);
    await chmod(path, 0o755);
    return path;
  }

  /** Why it is not copied. A machine can be restored in the directory that the copy was to have. */
  async function refusalOf(zygote: Zygote): Promise<string> {
    const spec = await scene.describe(scene.base);
    const { name, directory } = spec;
    const error = await zygote.fork({ name, directory }, soon()).then(
      () => undefined,
      (error: unknown) => error as { code: string; message: string },
    );
    await using restored = await scene.engine.restore(spec, soon());
    await runInGuest(restored, "true");
    return `${error?.code}: ${error?.message}`;
  }

  it.each(["/dev/full", "/dev/net/tun"].filter(canWrite))(
    "is not copied with %s, and names it",
    async (device) => {
      await using zygote = await open({ device });
      await expect(refusalOf(zygote)).resolves.toMatch(
        new RegExp(`^vmm_failed: .*would share descriptor 13, which is \\S*${device.slice("/dev".length)}`),
      );
    },
  );

  it.each([
    ["memfd:", "-object memory-backend-memfd,id=other,size=4096"],
    ["socket:", "-chardev socket,id=other,path=other,abstract=on,server=on,wait=off"],
  ])("is not copied with a %s that is not its machine's, and names it", async (what, words) => {
    await using zygote = await open({ program: await addArguments(words) });
    await expect(refusalOf(zygote)).resolves.toMatch(
      new RegExp(`^vmm_failed: .*would share descriptor \\d+, which is \\S*${what}`),
    );
  });
});

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
