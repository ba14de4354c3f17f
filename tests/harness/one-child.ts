import { afterAll, beforeAll } from "vitest";
import type { Sandbox, SandboxGroup } from "@forkd/sdk";
import { PARENT } from "./parent.ts";
import { TestDaemon } from "./test-daemon.ts";
import type { DaemonOptions } from "./test-daemon.ts";

export interface OneChild {
  readonly daemon: TestDaemon;
  readonly child: Sandbox;
}

/** A daemon and one child, for the tests of a file. */
export function useChild(options: DaemonOptions = {}): OneChild {
  const used: { daemon?: TestDaemon; children?: SandboxGroup } = {};
  beforeAll(async () => {
    used.daemon = await TestDaemon.start(options);
    used.children = await used.daemon.forkd.sandboxes.fork(PARENT, { n: 1 });
  });
  afterAll(() => used.daemon?.[Symbol.asyncDispose]());
  return {
    get daemon() {
      if (!used.daemon) throw new Error("the daemon is not running yet");
      return used.daemon;
    },
    get child() {
      const child = used.children?.[0];
      if (!child) throw new Error("there is no child yet");
      return child;
    },
  };
}
