import { Forkd } from "@forkd/sdk";
import { Sandbox } from "@e2b/code-interpreter";
import { startForE2b } from "../../tests/harness/e2b.ts";
import { PARENT } from "../../tests/harness/parent.ts";
import { TestDaemon } from "../../tests/harness/test-daemon.ts";
import { residentMib } from "./memory.ts";

const SANDBOXES = 50;
const FILE_BYTES = 65_536;
const SHOWN_ERRORS = 20;
/** E2B's client gives up after a minute by itself, which fifty at once may take on a small host. */
const PATIENT = { requestTimeoutMs: 600_000, timeoutMs: 600_000 };

/** A sandbox as one of the clients drives it. */
interface Driven {
  readonly id: string;
  run(script: string): Promise<string>;
  /** Writes a file, and reads it. */
  keep(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
  evaluate(code: string): Promise<string | null | undefined>;
}

/** Fifty sandboxes, driven at once by E2B's client for some seconds. Every answer must be the right one. */
export async function soakClients(seconds: number): Promise<boolean> {
  await using e2b = await startForE2b("soak-clients");
  const create = async (): Promise<Driven> => {
    const sandbox = await Sandbox.create(PARENT, { ...e2b.options, ...PATIENT });
    return {
      id: sandbox.sandboxId,
      run: async (script) => (await sandbox.commands.run(script, PATIENT)).stdout,
      keep: async (content) => {
        await sandbox.files.write("/root/soak", content.buffer, PATIENT);
        return await sandbox.files.read("/root/soak", { format: "bytes", ...PATIENT });
      },
      evaluate: async (code) => (await sandbox.runCode(code, PATIENT)).text,
    };
  };
  return await soak(e2b.daemon, await Promise.all(Array.from({ length: SANDBOXES }, create)), seconds);
}

/** The same by our own client. */
export async function soakOwnClients(seconds: number): Promise<boolean> {
  await using daemon = await TestDaemon.start();
  await using forkd = new Forkd({ baseUrl: daemon.forkd.baseUrl });
  await using children = await forkd.sandboxes.fork(PARENT, { n: SANDBOXES });
  const driven = children.map((child) => ({
    id: child.id,
    run: async (script: string) => (await child.run(script)).stdout,
    keep: async (content: Uint8Array) => {
      await child.files.write("/root/soak", content);
      return await child.files.read("/root/soak");
    },
    evaluate: async (code: string) => (await child.eval(code)).result,
  }));
  return await soak(daemon, driven, seconds);
}

async function soak(daemon: TestDaemon, sandboxes: readonly Driven[], seconds: number): Promise<boolean> {
  const before = await describeMemory(daemon);
  const deadline = Date.now() + seconds * 1000;
  const errors: string[] = [];
  let rounds = 0;
  const drive = async (sandbox: Driven, index: number): Promise<void> => {
    for (let round = 0; Date.now() < deadline; round += 1) {
      rounds += 1;
      try {
        await check(sandbox, index * 1_000_000 + round);
      } catch (error) {
        errors.push(`${sandbox.id}: ${String(error)}`);
      }
    }
  };
  await Promise.all(sandboxes.map(drive));
  for (const error of errors.slice(0, SHOWN_ERRORS)) console.log(error);
  const after = await describeMemory(daemon);
  console.log(
    `==> ${SANDBOXES} sandboxes, ${seconds} s: ${rounds} rounds of a command, a file there and back, and code`,
  );
  console.log(`==> ${errors.length} errors; ${before} before, ${after} after`);
  return errors.length === 0;
}

/** A command, a file there and back, and code: each is given something of its own and gives that back. */
async function check(sandbox: Driven, number: number): Promise<void> {
  const printed = await sandbox.run(`printf 'in %s' ${number} | cat`);
  if (printed !== `in ${number}`) throw new Error(`the command ${number} printed ${printed}`);
  const content = new Uint8Array(FILE_BYTES).fill(number % 251);
  const read = await sandbox.keep(content);
  if (Buffer.compare(read, content) !== 0) throw new Error(`the file ${number} came back as another one`);
  const result = await sandbox.evaluate(`${number} * 2`);
  if (result !== String(number * 2)) throw new Error(`the code ${number} gave ${result}`);
}

async function describeMemory(daemon: TestDaemon): Promise<string> {
  return `${await residentMib(daemon.pid)} MiB of the daemon and ${await residentMib(process.pid)} MiB of the client`;
}
