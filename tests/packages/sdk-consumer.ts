/** What a user of the package writes. It is compiled and run outside of the repository. */
import { Forkd, isForkdApiError } from "@forkd/sdk";
import type { ExecResult, Sandbox } from "@forkd/sdk";

const [tag = ""] = process.argv.slice(2);

await using forkd = new Forkd();
await using children = await forkd.sandboxes.fork(tag, { n: 2 });
const evaluate = async (child: Sandbox, i: number): Promise<string | null> =>
  (await child.eval(`6 * ${i + 7}`)).result;
const answers = await Promise.all(children.map(evaluate));
const [child] = children;
if (child === undefined) throw new Error("nothing was forked");
const { stdout, exitCode }: ExecResult = await child.exec(["echo", "from exec"]);
await using spawned = await child.spawn(["sh", "-c", "echo from spawn; exit 4"]);
let written = "";
for await (const { data } of spawned.output()) written += new TextDecoder().decode(data);
const ended = await spawned.wait();
await using echo = await child.spawn(["cat"], { stdinStream: true });
await echo.writeStdin("back\n");
let echoed = "";
for await (const { data } of echo.output()) echoed += new TextDecoder().decode(data);

const block = new Uint8Array(65_536).fill(7);
async function* blocks(): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < 32; i++) yield block;
}
await child.files.write("/root/blocks", blocks());
let length = 0;
for await (const chunk of await child.files.stream("/root/blocks")) length += chunk.length;

const isRunning = async (): Promise<boolean> =>
  (await child.processes()).some(({ args, running }) => running && args[1] === "602");
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
const caller = new AbortController();
const sleeping = child.exec(["sleep", "602"], { signal: caller.signal });
// It takes the connection of what was asked before: nothing else is asked meanwhile.
do await pause();
while (!(await isRunning()));
caller.abort(new Error("enough"));
const aborted = await sleeping.catch((error: Error) => error.message);
while (await isRunning()) await pause();

await child.spawn(["python3", "-m", "http.server", "8000", "--bind", "127.0.0.1", "--directory", "/etc"]);
await child.waitForPort(8000);
const page = await child.fetch(8000, "/hostname");
await using forward = await child.forward(8000);
const forwarded = await fetch(`http://${forward.address}/hostname`);
const isSamePage = (await page.text()) === (await forwarded.text());

const code = await forkd.snapshots
  .get("none")
  .catch((error: unknown) => isForkdApiError(error) && error.code);
process.stdout.write(
  JSON.stringify({
    answers,
    stdout,
    exitCode,
    written,
    spawnExit: ended.exitCode,
    echoed,
    length,
    aborted,
    isSamePage,
    code,
  }) + "\n",
);
