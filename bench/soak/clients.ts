import { Forkd } from "@forkd/sdk";
import type { Sandbox } from "@forkd/sdk";
import { PARENT } from "../../tests/harness/parent.ts";
import { TestDaemon } from "../../tests/harness/test-daemon.ts";
import { residentMib } from "./memory.ts";

const SANDBOXES = 50;
const FILE_BYTES = 65_536;
const SHOWN_ERRORS = 20;

/** Fifty sandboxes, driven at once by one client for some seconds. Every answer must be the right one. */
export async function soakClients(seconds: number): Promise<boolean> {
  await using daemon = await TestDaemon.start();
  await using forkd = new Forkd({ baseUrl: daemon.forkd.baseUrl });
  await using children = await forkd.sandboxes.fork(PARENT, { n: SANDBOXES });
  const before = await describeMemory(daemon);
  const deadline = Date.now() + seconds * 1000;
  const errors: string[] = [];
  let rounds = 0;
  const drive = async (child: Sandbox, index: number): Promise<void> => {
    for (let round = 0; Date.now() < deadline; round += 1) {
      rounds += 1;
      try {
        await check(child, index * 1_000_000 + round);
      } catch (error) {
        errors.push(`${child.id}: ${String(error)}`);
      }
    }
  };
  await Promise.all(children.map(drive));
  for (const error of errors.slice(0, SHOWN_ERRORS)) console.log(error);
  const after = await describeMemory(daemon);
  console.log(
    `==> ${SANDBOXES} sandboxes, ${seconds} s: ${rounds} rounds of a command, a file there and back, and code`,
  );
  console.log(`==> ${errors.length} errors; ${before} before, ${after} after`);
  return errors.length === 0;
}

/** A command, a file there and back, and code: each is given something of its own and gives that back. */
async function check(child: Sandbox, number: number): Promise<void> {
  const { stdout } = await child.exec(["sh", "-c", "cat; echo $1", "sh", String(number)], { stdin: "in " });
  if (stdout !== `in ${number}\n`) throw new Error(`the command ${number} printed ${stdout}`);
  const content = new Uint8Array(FILE_BYTES).fill(number % 251);
  await child.files.write("/root/soak", content);
  const read = await child.files.read("/root/soak");
  if (Buffer.compare(read, content) !== 0) throw new Error(`the file ${number} came back as another one`);
  const { result } = await child.eval(`${number} * 2`);
  if (result !== String(number * 2)) throw new Error(`the code ${number} gave ${result}`);
}

async function describeMemory(daemon: TestDaemon): Promise<string> {
  return `${await residentMib(daemon.pid)} MiB of the daemon and ${await residentMib(process.pid)} MiB of the client`;
}
