import { UNRECORDED_DEVICES } from "@forkd/core";
import type { CardBackend, Machine, Zygote } from "@forkd/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CaptureScene } from "./capture-fixture.ts";
import { describeMachine, freeze, readGuestFiles, runInGuest, soon, Workspace } from "./fixture.ts";
import { FramePeer } from "./frame-peer.ts";
import { ASK, canMakeNetworks, CONFIGURE, COUNT_FRAMES, TapNetwork } from "./tap-network.ts";

/** How often one copy asks while another counts what it receives. */
const ASKED = 5;

describe("a network card", () => {
  let scene: CaptureScene;
  const stack = new AsyncDisposableStack();

  beforeAll(async () => {
    scene = stack.use(await CaptureScene.create());
  });

  afterAll(() => stack.disposeAsync());

  async function restore(card?: CardBackend): Promise<Machine> {
    const spec = await scene.describe(scene.base);
    return scene.engine.restore({ ...spec, ...(card && { card }) }, soon());
  }

  async function open(kind: CardBackend["kind"]): Promise<Zygote> {
    const spec = { ...(await scene.describe(scene.base)), card: { kind } };
    const zygote = await scene.engine.openZygote(spec, async () => {}, soon());
    if (!zygote) throw new Error("this engine copies no machines");
    return zygote;
  }

  async function copy(zygote: Zygote, card: CardBackend): Promise<Machine> {
    const { name, directory } = await scene.describe(scene.base);
    return zygote.fork({ name, directory, card }, soon());
  }

  it("is there, down, and leads nowhere, unless told", async () => {
    await using machine = await restore();
    await expect(runInGuest(machine, "cat /sys/class/net/eth0/operstate")).resolves.toBe("down");
    await expect(runInGuest(machine, `${CONFIGURE}\n${ASK} 2>&1`)).resolves.toMatch(
      /timed out|No route to host/,
    );
  });

  it("is not there in a machine that had none, which has no network then", async () => {
    await using workspace = await Workspace.create();
    const { kernelPath, initramfsPath } = readGuestFiles();
    const devices = UNRECORDED_DEVICES;
    const spec = { ...(await describeMachine(workspace, "parent")), devices, kernelPath, initramfsPath };
    const frozen = await freeze(await scene.engine.boot(spec, soon()), workspace);
    const child = { ...(await describeMachine(workspace, "child", frozen.layers)), ...frozen, devices };
    const card = { kind: "stream", socketPath: "/none" } as const;
    await expect(scene.engine.restore({ ...child, card }, soon())).rejects.toMatchObject({
      code: "snapshot_without_card",
    });
    await using _machine = await scene.engine.restore(child, soon());
  });

  describe.runIf(canMakeNetworks())("with a tap", () => {
    it("has the network that it was given, in a restored machine and in copies", async () => {
      const networks = await Promise.all([0, 1, 2].map((index) => TapNetwork.create(index)));
      for (const network of networks) stack.use(network);
      const [one, two, three] = networks as [TapNetwork, TapNetwork, TapNetwork];
      await using zygote = await open("tap");
      await using restored = await restore(one.card);
      await using first = await copy(zygote, two.card);
      await using second = await copy(zygote, three.card);
      const machines = [restored, first, second];
      await Promise.all(machines.map((machine) => runInGuest(machine, CONFIGURE)));
      const said = await Promise.all(machines.map((machine) => runInGuest(machine, ASK)));
      expect(said).toEqual(networks.map(({ name }) => name));

      const count = async (): Promise<number[]> =>
        Promise.all([first, second].map(async (machine) => Number(await runInGuest(machine, COUNT_FRAMES))));
      const before = await count();
      for (let asked = 0; asked < ASKED; asked++) await runInGuest(second, ASK);
      const [others = 0, own = 0] = (await count()).map((frames, index) => frames - (before[index] ?? 0));
      // Each answer is several frames; a gateway looks for its guest now and then.
      expect(own).toBeGreaterThanOrEqual(3 * ASKED);
      expect(others).toBeLessThan(ASKED);

      await expect(restore(two.card)).rejects.toMatchObject({ code: "restore_failed" });
      await expect(copy(zygote, three.card)).rejects.toMatchObject({
        code: "vmm_failed",
        message: expect.stringContaining("Device or resource busy") as string,
      });
      const missing = { ...one.card, device: "tap9" } as CardBackend;
      await expect(copy(zygote, missing)).rejects.toMatchObject({
        code: "vmm_failed",
        message: expect.stringContaining("No such device") as string,
      });
      await expect(runInGuest(second, ASK)).resolves.toBe(three.name);
    });
  });

  describe("with a stream", () => {
    it("speaks with whoever listens there, and with nobody else", async () => {
      const paths = [scene.workspace.file("one.sock"), scene.workspace.file("two.sock")] as const;
      await using one = await FramePeer.listen(paths[0]);
      await using two = await FramePeer.listen(paths[1]);
      await using zygote = await open("stream");
      await using restored = await restore({ kind: "stream", socketPath: paths[0] });
      await using copied = await copy(zygote, { kind: "stream", socketPath: paths[1] });
      for (const machine of [restored, copied]) await runInGuest(machine, CONFIGURE);
      for (const peer of [one, two]) await expect(peer.findGuest()).resolves.toBe("525400123456");
    });
  });
});
