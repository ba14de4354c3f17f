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
const code = await forkd.snapshots
  .get("none")
  .catch((error: unknown) => isForkdApiError(error) && error.code);
process.stdout.write(
  JSON.stringify({ answers, stdout, exitCode, written, spawnExit: ended.exitCode, code }) + "\n",
);
