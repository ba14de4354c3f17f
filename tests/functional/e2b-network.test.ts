import { ALL_TRAFFIC, Sandbox, SandboxError } from "e2b";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasNamespaces } from "../../packages/host/test/network/fake-guest.ts";
import { openNames } from "../../packages/host/test/network/name-world.ts";
import { OTHER_PUBLIC, PRIVATE, PUBLIC, openWorld } from "../../packages/host/test/network/world.ts";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { PARENT } from "../harness/parent.ts";
import { TRY_HOSTS } from "../harness/try-hosts.ts";

type CreateOptions = NonNullable<Parameters<typeof Sandbox.create>[1]>;
type NetworkUpdate = Parameters<Sandbox["updateNetwork"]>[0];

const ZONE = { "one.example": [PUBLIC], "two.example": [OTHER_PUBLIC] };

describe.runIf(hasNamespaces)("a sandbox of E2B's client with a network", () => {
  const stack = new AsyncDisposableStack();
  let e2b: E2bDaemon;

  beforeAll(async () => {
    stack.use(await openWorld());
    const { server } = stack.use(await openNames(ZONE));
    e2b = stack.use(await startForE2b("e2b-network", { FORKD_NAME_SERVERS: server }));
  });
  afterAll(() => stack.disposeAsync());

  async function create(opts: CreateOptions): Promise<Sandbox & AsyncDisposable> {
    const sandbox = await Sandbox.create(PARENT, { ...e2b.options, ...opts });
    return Object.assign(sandbox, { [Symbol.asyncDispose]: async () => void (await sandbox.kill()) });
  }

  /** What comes of a connection to each of these. */
  async function attempt(sandbox: Sandbox, ...hosts: string[]): Promise<string> {
    await sandbox.files.write("/tmp/try.py", TRY_HOSTS);
    const { stdout } = await sandbox.commands.run(`python3 /tmp/try.py ${hosts.join(" ")}`, { timeoutMs: 0 });
    return stdout.trim();
  }

  const networkOf = async (sandbox: Sandbox) => {
    const { allowInternetAccess, network } = await sandbox.getInfo();
    return { allowInternetAccess, ...network };
  };

  test("reaches what is public where internet access is allowed, and what changes from then on", async () => {
    await using sandbox = await create({ allowInternetAccess: true });
    expect(await attempt(sandbox, PUBLIC, OTHER_PUBLIC, PRIVATE)).toBe("echo echo closed");
    expect(await networkOf(sandbox)).toMatchObject({ allowInternetAccess: true, allowOut: [], denyOut: [] });

    await sandbox.updateNetwork({ denyOut: [ALL_TRAFFIC], allowOut: [PUBLIC] });
    expect(await attempt(sandbox, PUBLIC, OTHER_PUBLIC)).toBe("echo closed");
    expect(await networkOf(sandbox)).toMatchObject({ allowOut: [PUBLIC], denyOut: [ALL_TRAFFIC] });

    await sandbox.updateNetwork({ allowInternetAccess: false });
    expect(await attempt(sandbox, PUBLIC, OTHER_PUBLIC)).toBe("closed closed");
    expect(await networkOf(sandbox)).toMatchObject({ allowInternetAccess: false, denyOut: [ALL_TRAFFIC] });

    // What is left away is as nothing had been said of it.
    await sandbox.updateNetwork({});
    expect(await attempt(sandbox, PUBLIC, OTHER_PUBLIC)).toBe("echo echo");
  });

  test("reaches the names that its list has, and finds no other", async () => {
    const network = { denyOut: [ALL_TRAFFIC], allowOut: ["one.example"] };
    await using sandbox = await create({ network });
    expect(await attempt(sandbox, "one.example", "two.example", OTHER_PUBLIC)).toBe("echo unknown closed");
    await Sandbox.updateNetwork(
      sandbox.sandboxId,
      { denyOut: ({ allTraffic }) => [allTraffic], allowOut: ["*.example"] },
      e2b.options,
    );
    expect(await attempt(sandbox, "one.example", "two.example")).toBe("echo echo");
  });

  test("keeps its rules when it is paused, when it is forked, and when it is made again from what is told", async () => {
    const network = { denyOut: [ALL_TRAFFIC], allowOut: [`${PUBLIC}/32`], allowPublicTraffic: false };
    await using sandbox = await create({ network });
    await sandbox.pause();
    await sandbox.connect();
    expect(await attempt(sandbox, PUBLIC, OTHER_PUBLIC)).toBe("echo closed");
    const [fork] = await sandbox.fork({ timeoutMs: 300_000 });
    if (!(fork instanceof Sandbox)) throw fork;
    expect(await attempt(fork, PUBLIC, OTHER_PUBLIC)).toBe("echo closed");
    await fork.updateNetwork({ denyOut: [ALL_TRAFFIC] });
    expect(await attempt(fork, PUBLIC)).toBe("closed");
    expect(await attempt(sandbox, PUBLIC)).toBe("echo");
    await fork.kill();

    const { allowInternetAccess, network: told = {} } = await sandbox.getInfo();
    expect(told).toMatchObject(network);
    await using again = await create({ allowInternetAccess: allowInternetAccess ?? false, network: told });
    expect((await again.getInfo()).network).toEqual(told);
    expect(await attempt(again, PUBLIC, OTHER_PUBLIC)).toBe("echo closed");
  });

  test("reaches nothing at first, and more later, where its client denies all", async () => {
    await using sandbox = await create({ network: { denyOut: ({ allTraffic }) => [allTraffic] } });
    expect(await attempt(sandbox, PUBLIC)).toBe("closed");
    await sandbox.updateNetwork({ allowInternetAccess: true });
    expect(await attempt(sandbox, PUBLIC)).toBe("echo");
  });

  test.each<CreateOptions>([{}, { allowInternetAccess: false }, { network: { allowPublicTraffic: false } }])(
    "reaches nothing with %j, and has nothing to deny, and nothing that could be allowed",
    async (opts) => {
      await using sandbox = await create(opts);
      expect(await attempt(sandbox, PUBLIC, "one.example")).toBe("closed unknown");
      await sandbox.updateNetwork({ allowInternetAccess: false });
      await sandbox.updateNetwork({ denyOut: [ALL_TRAFFIC] });
      const allowed = sandbox.updateNetwork({ denyOut: [ALL_TRAFFIC], allowOut: [PUBLIC] });
      await expect(allowed).rejects.toThrow(/without a network.*allowInternetAccess true/);
      expect(await networkOf(sandbox)).toMatchObject({ allowInternetAccess: false, denyOut: [ALL_TRAFFIC] });
    },
  );

  test("is as it was when a change of its rules is refused", async () => {
    await using sandbox = await create({ network: { denyOut: [ALL_TRAFFIC], allowOut: [PUBLIC] } });
    const told = await networkOf(sandbox);
    const refused: [NetworkUpdate, RegExp][] = [
      [{ denyOut: [OTHER_PUBLIC] }, /network\.denyOut is not supported/],
      [{ allowOut: [OTHER_PUBLIC] }, /network\.allowOut is not supported/],
      [{ denyOut: [ALL_TRAFFIC], allowOut: ["exa mple"] }, /network\.allowOut is not supported/],
      [{ rules: { "one.example": [{ transform: { headers: { a: "b" } } }] } }, /rules is not supported/],
      [{ egressProxy: { address: "one.example:1080" } }, /egressProxy is not supported/],
    ];
    for (const [update, why] of refused) {
      const attempted = sandbox.updateNetwork(update);
      await expect(attempted).rejects.toThrow(SandboxError);
      await expect(attempted).rejects.toThrow(why);
    }
    expect(await networkOf(sandbox)).toEqual(told);
    expect(await attempt(sandbox, PUBLIC, OTHER_PUBLIC)).toBe("echo closed");
  });

  test("that is not there has no rules to change", async () => {
    const update = Sandbox.updateNetwork("sb_0000000000000000", { allowInternetAccess: false }, e2b.options);
    await expect(update).rejects.toMatchObject({ name: "SandboxNotFoundError" });
  });
});
