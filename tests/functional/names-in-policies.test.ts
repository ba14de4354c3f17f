import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNamespaces } from "../../packages/host/test/network/fake-guest.ts";
import { openNames } from "../../packages/host/test/network/name-world.ts";
import type { NameWorld } from "../../packages/host/test/network/name-world.ts";
import { OTHER_PUBLIC, PRIVATE, PUBLIC, openWorld } from "../../packages/host/test/network/world.ts";
import { findProgram } from "../../packages/host/src/process/find-program.ts";
import { forkOne } from "../harness/fork-one.ts";
import { TestDaemon } from "../harness/test-daemon.ts";
import { TRY_HOSTS } from "../harness/try-hosts.ts";

const ZONE = { "one.example": [PUBLIC], "two.example": [OTHER_PUBLIC], "bound.example": [PRIVATE] };
const hasPasst = (await findProgram("pasta")) !== undefined;
const MODES = (["netns", "user"] as const).filter((mode) => mode === "netns" || hasPasst);

describe.runIf(hasNamespaces)("a sandbox that may reach names", () => {
  const stack = new AsyncDisposableStack();
  let daemon: TestDaemon;
  let names: NameWorld;

  beforeAll(async () => {
    stack.use(await openWorld());
    names = stack.use(await openNames(ZONE));
    daemon = stack.use(await TestDaemon.start({ env: { FORKD_NAME_SERVERS: names.server } }));
  });
  afterAll(() => stack.disposeAsync());

  async function attempt(sandbox: Sandbox, ...hosts: string[]): Promise<string> {
    const { stdout } = await sandbox.exec(["python3", "-c", TRY_HOSTS, ...hosts]);
    return stdout.trim();
  }

  test.each(MODES)(
    "finds them and nothing else with %s, for the next daemon and when resumed, too",
    async (mode) => {
      names.asked.length = 0;
      const network = { mode, egress: ["one.example", "bound.example"] };
      const sandbox = await forkOne(daemon, { network });
      expect(sandbox.info.network).toEqual({ ...network, link: null });
      expect(await attempt(sandbox, "one.example", "two.example", "bound.example")).toBe(
        "echo unknown unknown",
      );
      expect(names.asked).not.toContain("two.example");
      await sandbox.update({ network: { egress: ["*.example"] } });
      expect(await attempt(sandbox, "two.example", "one.example")).toBe("echo echo");
      await daemon.kill();
      await daemon.start();
      expect(await attempt(sandbox, "two.example", "elsewhere.test")).toBe("echo unknown");
      await sandbox.suspend();
      await sandbox.resume();
      expect(await attempt(sandbox, "one.example", "bound.example")).toBe("echo unknown");
      await sandbox.kill();
    },
  );

  test("is refused where one of them is no name", async () => {
    for (const egress of ["example", "*", "a.*.example", "1.2.3", "-.example.com", "exa mple.com"])
      await expect(forkOne(daemon, { network: { mode: "netns", egress: [egress] } })).rejects.toMatchObject({
        code: "invalid_request",
      });
  });
});
