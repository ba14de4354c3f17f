import { Sandbox } from "e2b";
import type { Sandbox as OwnSandbox } from "@forkd/sdk";
import { afterAll, beforeAll } from "vitest";
import { startForE2b } from "./e2b.ts";
import type { E2bDaemon } from "./e2b.ts";
import { PARENT } from "./parent.ts";

const ENVD_PORT = "49983";

export interface E2bGuest {
  readonly e2b: E2bDaemon;
  readonly sandbox: Sandbox;
  /** Another sandbox. */
  create(): Promise<Sandbox>;
  /** A sandbox as our own client has it. */
  ownOf(sandbox: Sandbox): OwnSandbox;
  /** What a script prints in the sandbox. */
  sh(script: string): Promise<string>;
  /** The fields of a request to a sandbox's agent, with the token that creation gave. */
  fieldsFor(sandbox: Sandbox): Record<string, string>;
  /** A request to the sandbox's agent, also one that no client of E2B's sends. */
  ask(path: string, options?: RequestInit, fields?: Readonly<Record<string, string>>): Promise<Response>;
}

/** A daemon for E2B's client and one sandbox, for the tests of a file. */
export function useE2bGuest(name: string): E2bGuest {
  const used: { e2b?: E2bDaemon; sandbox?: Sandbox } = {};
  beforeAll(async () => {
    used.e2b = await startForE2b(name);
    used.sandbox = await guest.create();
  });
  afterAll(() => used.e2b?.[Symbol.asyncDispose]());
  const guest: E2bGuest = {
    get e2b() {
      if (!used.e2b) throw new Error("the daemon is not running yet");
      return used.e2b;
    },
    get sandbox() {
      if (!used.sandbox) throw new Error("there is no sandbox yet");
      return used.sandbox;
    },
    create: () => Sandbox.create(PARENT, guest.e2b.options),
    ownOf: ({ sandboxId }) => guest.e2b.daemon.forkd.sandboxes.at(sandboxId),
    sh: async (script) => (await guest.ownOf(guest.sandbox).run(script)).stdout.trim(),
    fieldsFor: (sandbox) => ({
      "e2b-sandbox-id": sandbox.sandboxId,
      "e2b-sandbox-port": ENVD_PORT,
      "x-access-token": (sandbox as unknown as { envdAccessToken: string }).envdAccessToken,
    }),
    ask: (path, options, fields) =>
      fetch(new URL(path, guest.e2b.baseUrl), {
        ...options,
        headers: { ...guest.fieldsFor(guest.sandbox), ...fields },
      }),
  };
  return guest;
}
