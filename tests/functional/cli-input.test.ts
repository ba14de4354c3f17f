import { spawn } from "node:child_process";
import type { StdioOptions } from "node:child_process";
import { expect, test } from "vitest";
import { LAUNCHER, finish, startForkd } from "../../packages/cli/test/run-forkd.ts";
import { useChild } from "../harness/one-child.ts";

const used = useChild();
const url = (): string => `unix:${used.daemon.socketPath}`;
const exec = (...args: string[]) => startForkd(url(), ["exec", ...args]);
const NOTE = "note: standard input is no terminal, so the command gets none either (-i, without -t)\n";

test.each([["-i"], ["-it"]])("%s with a pipe gives all of it to the command, and its end", async (flags) => {
  const child = exec(flags, used.child.id, "--", "sh", "-c", "wc -c; tty; exit 7");
  child.stdin.end(Buffer.alloc(1_000_000));
  const { stdout, stderr, status } = await finish(child);
  expect({ stdout, status }).toEqual({ stdout: "1000000\nnot a tty\n", status: 7 });
  expect(stderr).toBe(flags === "-it" ? NOTE : "");
});

test.each([["-i"], ["-it"]])(
  "%s with an empty or closed standard input ends with the command",
  async (flags) => {
    for (const shell of ["</dev/null", "<&-", "< <(:)"]) {
      const line = `exec "$0" exec ${flags} ${used.child.id} -- cat ${shell}`;
      const env = { ...process.env, FORKD_URL: url() };
      const stdio: StdioOptions = ["pipe", "pipe", "pipe"];
      const child = spawn("bash", ["-c", line, LAUNCHER], { env, stdio });
      expect(await finish(child as never)).toMatchObject({ stdout: "", status: 0 });
    }
  },
);

test("-i ends with the command although the input goes on", async () => {
  const child = exec("-i", used.child.id, "--", "head", "-n", "1");
  child.stdin.on("error", () => {});
  const feeding = setInterval(() => child.stdin.write("line\n"), 5);
  const { stdout, status } = await finish(child);
  clearInterval(feeding);
  expect({ stdout, status }).toEqual({ stdout: "line\n", status: 0 });
});

/** Runs the program on a terminal of 20 rows and 77 columns, and types each line once the text before it was printed. */
async function onTerminal(command: string, ...typing: readonly (readonly [after: string, line: string])[]) {
  const env = { ...process.env, FORKD_URL: url() };
  const line = `stty cols 77 rows 20; '${LAUNCHER}' ${command}`;
  const child = spawn("script", ["-qec", line, "/dev/null"], { env });
  let printed = "";
  const waiting = [...typing];
  child.stdout.on("data", (text) => {
    printed += String(text);
    while (waiting[0] !== undefined && printed.includes(waiting[0][0]))
      child.stdin.write(waiting.shift()![1]);
  });
  return await finish(child);
}

test("-it on a terminal gives the command one of the same size, and its status", async () => {
  const command = `exec -it ${used.child.id} -- sh -c 'stty size; read x; echo got $x; exit 5'`;
  const { stdout, status } = await onTerminal(command, ["20 77", "word\r"]);
  expect(stdout).toContain("got word");
  expect(status).toBe(5);
});

test("-d with -i leaves a command that attach -i feeds, leaves and ends", async () => {
  const script = "read x; echo got $x; cat";
  const { stdout: pid } = await finish(exec("-di", used.child.id, "--", "sh", "-c", script));
  const attach = () => startForkd(url(), ["attach", "-i", used.child.id, pid.trim()]);
  const first = attach();
  first.stdout.once("data", () => first.kill("SIGINT"));
  first.stdin.write("one\n");
  expect(await finish(first)).toMatchObject({ stdout: "got one\n", status: 130 });
  const second = attach();
  second.stdin.end("two\n");
  expect(await finish(second)).toMatchObject({ stdout: "got one\ntwo\n", status: 0 });
});

test("-dt leaves a command on a terminal, which attach -it takes and leaves by Ctrl-P Ctrl-Q", async () => {
  const script = "echo ready; read x; stty size; echo got $x; read y; exit 5";
  const { stdout } = await finish(exec("-dt", used.child.id, "--", "sh", "-c", script));
  const pid = stdout.trim();
  const attach = `attach -it ${used.child.id} ${pid}`;
  const left = await onTerminal(attach, ["ready", "word\r"], ["got word", "\u0010\u0011"]);
  expect(left.stdout).toContain("20 77");
  expect(left.stdout).toContain(`go on: forkd attach ${used.child.id} ${pid} -it --from-offset`);
  expect(left.status).toBe(0);
  expect(await onTerminal(attach, ["got word", "\r"])).toMatchObject({ status: 5 });
});

test("attach -it to a command that has ended gives its output and its status", async () => {
  const script = "echo done; exit 6";
  const { stdout: pid } = await finish(exec("-dt", used.child.id, "--", "sh", "-c", script));
  await used.child.process(Number(pid)).wait();
  const { stdout, status } = await onTerminal(`attach -it ${used.child.id} ${pid.trim()}`);
  expect(stdout).toContain("done");
  expect(status).toBe(6);
});

test("--detach gives the pid, as JSON where that is asked for", async () => {
  const plain = await finish(exec(used.child.id, "--detach", "--", "true"));
  expect(plain.stdout).toMatch(/^\d+\n$/);
  const json = await finish(exec(used.child.id, "--detach", "--json", "--", "true"));
  expect(JSON.parse(json.stdout)).toEqual({ pid: expect.any(Number) as number });
});
