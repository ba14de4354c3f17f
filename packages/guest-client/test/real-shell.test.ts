import { expect, it } from "vitest";
import { TEST_IDENTITY, calm } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();

const shell = (code: string, timeoutMs = 20_000) =>
  use.agent.evaluate({ language: "bash", code, mode: "auto", timeoutMs }, calm);

it("gives output, the status, and keeps directory, variables and functions", async () => {
  expect(await shell("echo out; echo err >&2; (exit 7)")).toMatchObject({
    stdout: "out\n",
    stderr: "err\n",
    exit_code: 7,
    error: null,
    result: null,
  });
  await shell("cd /usr; greet() { echo \"it's $1\n$PWD\"; }; list=(a 'b c')");
  expect((await shell("greet '!!'; echo ${#list[@]}")).stdout).toBe("it's !!\n/usr\n2\n");
  expect((await shell("false")).exit_code).toBe(1);
  expect((await shell("echo $?")).stdout).toBe("1\n");
});

it("has no input, and none of the agent's descriptors", async () => {
  expect((await shell("cat; ls -l /proc/self/fd | grep -c pipe")).stdout).toBe("2\n");
});

it("tells a syntax error, and goes on", async () => {
  expect(await shell("echo 'begun")).toMatchObject({ stdout: "", exit_code: 2 });
  expect(await shell("if true; then")).toMatchObject({
    exit_code: 2,
    stderr: expect.stringContaining("syntax error"),
  });
  expect((await shell("echo fine")).stdout).toBe("fine\n");
});

it("survives set -u and set -x, and what is said of its prompt", async () => {
  expect((await shell("set -ux; echo x")).stderr).toContain("echo x");
  expect((await shell("set +ux")).exit_code).toBe(0);
  expect((await shell("PROMPT_COMMAND='read swallowed'; PS1='$(read swallowed)'; echo on")).stdout).toBe(
    "on\n",
  );
  expect(await shell("echo on")).toMatchObject({ stdout: "on\n", stderr: "" });
});

it("ends a call by exit, with the status and the state, from wherever it is", async () => {
  await shell("survivor=1");
  for (const [code, status] of [
    ["leave() { echo left; exit 3; echo on; }; leave; echo on", 3],
    ["while :; do exit 300; done >/dev/null 2>&1", 44],
    ["echo left; false; exit", 1],
    ["trap 'echo left' EXIT; set -eu; exit 2", 2],
    ["exit nothing", 2],
  ] as const)
    expect(await shell(code)).toMatchObject({ exit_code: status, error: null });
  expect(await shell("echo left; x=$(exit 4); echo $? $survivor; (exit 5)")).toMatchObject({
    stdout: "left\n4 1\n",
    exit_code: 5,
  });
});

it("runs what a trap says at an exit once", async () => {
  expect((await shell("trap 'echo swept $?' EXIT; (exit 3); exit 4")).stdout).toBe("swept 4\n");
  expect((await shell("exit 0")).stdout).toBe("");
});

it("forgets set -e behind a call, and tells the status of one that it ends", async () => {
  await shell("set -e; survivor=1");
  expect(await shell("false; echo $survivor")).toMatchObject({ stdout: "1\n", exit_code: 0 });
  expect(await shell("set -e; echo begun; (exit 7); echo on")).toMatchObject({
    stdout: "begun\n",
    exit_code: 7,
    error_name: "KernelDied",
    error: expect.stringContaining("status 7"),
  });
  expect((await shell("echo [$survivor]")).stdout).toBe("[]\n");
});

it("lets nobody redefine what it answers with", async () => {
  expect(await shell("__forkd_answer() { :; }")).toMatchObject({
    exit_code: 1,
    stderr: expect.stringContaining("readonly"),
  });
  expect((await shell("alias eval=: builtin=:; echo on")).stdout).toBe("on\n");
  expect((await shell("unalias -a; echo on")).stdout).toBe("on\n");
});

it("ends what runs too long by its time-out, and keeps its state", async () => {
  await shell("survivor=here");
  expect(await shell("while :; do sleep 60; done", 200)).toMatchObject({ timed_out: true, exit_code: 130 });
  expect((await shell("echo $survivor")).stdout).toBe("here\n");
});

it("draws other numbers behind each fork", async () => {
  const drawn = new Set<string>();
  for (let i = 0; i < 3; i += 1) {
    await shell("RANDOM=1");
    await use.agent.fork(TEST_IDENTITY, calm);
    drawn.add((await shell("echo $RANDOM $RANDOM $RANDOM")).stdout);
  }
  expect(drawn.size).toBe(3);
});
