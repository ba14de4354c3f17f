import { sample, summarize } from "@forkd/cli";
import type { Summary } from "@forkd/cli";
import type { Forkd } from "@forkd/sdk";
import { Sandbox } from "@e2b/code-interpreter";

/** What E2B's own client waits for; in ms. */
export interface E2b {
  /** From `Sandbox.create` until a first `runCode` is answered. */
  readonly firstCode: Summary;
  /** `commands.run("true")`. */
  readonly commandTrue: Summary;
  /** 10 MiB by `files.write`, and by `files.read`. */
  readonly write: Summary;
  readonly read: Summary;
}

const TOKEN_NAME = "bench-e2b";
const FILE = "/tmp/measured";
const FILE_BYTES = 10 * 1024 * 1024;

/** By a daemon that listens at `address`. */
export async function measureE2b(
  forkd: Forkd,
  tag: string,
  { address, runs }: { readonly address: string; readonly runs: number },
): Promise<E2b> {
  const { token } = await forkd.tokens.create({ name: TOKEN_NAME, scope: "use" });
  try {
    const url = `http://${address}`;
    const apiKey = token.replace(/^forkd_/, "e2b_");
    const create = (): Promise<Sandbox> =>
      Sandbox.create(tag, { apiKey, apiUrl: url, sandboxUrl: url, requestTimeoutMs: 60_000 });
    return { firstCode: await measureFirstCode(create, runs), ...(await measureOne(await create(), runs)) };
  } finally {
    await forkd.tokens.revoke(TOKEN_NAME);
  }
}

async function measureFirstCode(create: () => Promise<Sandbox>, runs: number): Promise<Summary> {
  const took: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const startedAt = performance.now();
    const sandbox = await create();
    const { text } = await sandbox.runCode("6 * 7");
    took.push(performance.now() - startedAt);
    await sandbox.kill();
    if (text !== "42") throw new Error(`the code gave ${text}`);
  }
  // The first finds connections and programs that nothing has used yet.
  return summarize(took.slice(1));
}

async function measureOne(sandbox: Sandbox, runs: number): Promise<Omit<E2b, "firstCode">> {
  const content = new ArrayBuffer(FILE_BYTES);
  const runTrue = (): Promise<unknown> => sandbox.commands.run("true");
  const write = (): Promise<unknown> => sandbox.files.write(FILE, content);
  const read = async (): Promise<void> => {
    const { length } = await sandbox.files.read(FILE, { format: "bytes" });
    if (length !== FILE_BYTES) throw new Error(`${length} bytes came back`);
  };
  await runTrue();
  await write();
  const measured = {
    commandTrue: summarize(await sample(runs, runTrue)),
    write: summarize(await sample(runs, write)),
    read: summarize(await sample(runs, read)),
  };
  await sandbox.kill();
  return measured;
}
