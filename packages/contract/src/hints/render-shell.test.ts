import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { act, hint, option } from "./hint.ts";
import type { HintAction } from "./hint.ts";
import { renderShellCommand, renderShellHint } from "./render-shell.ts";

/** The arguments that a shell gives to forkd of such a command line. */
function runInShell(command: string): string[] {
  const script = `forkd() { printf '%s\\0' "$@"; }\n${command}\n`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

test.each([
  [act("deleteSnapshot", { tag: "py", cascade: true }), "forkd rmi --cascade py"],
  [act("deleteSnapshot", { tag: null }), "forkd rmi TAG"],
  [act("deleteSnapshot"), "forkd rmi"],
  [act("createSnapshot", { tag: null, image: "py-numpy" }), "forkd snapshot TAG --image py-numpy"],
  [act("logs", { id: "sb_1", source: "vmm" }), "forkd logs sb_1 --vmm"],
  [act("logs", { id: "sb_1", source: "console" }), "forkd logs sb_1"],
  [act("exec", { id: null, args: ["ls", "-la"] }), "forkd exec ID -- ls -la"],
  [act("killSandboxes", { tag: "py" }), "forkd kill --tag py"],
  [act("buildImage", { name: "py-numpy" }), "forkd image build py-numpy"],
])("%j is a command", (action, command) => expect(renderShellCommand(action)).toBe(command));

test("a hint keeps its text, and says actions and options in the words of the shell", () => {
  const parts = hint`raise ${option("createSnapshot", "timeout_secs")} of ${3}, or ${act("stop")}`;
  expect(parts).toEqual([
    "raise ",
    { operation: "createSnapshot", option: "timeout_secs" },
    " of ",
    "3",
    ", or ",
    { operation: "stop", args: {} },
  ]);
  expect(renderShellHint(parts)).toBe("raise --timeout-secs of 3, or forkd stop");
  expect(renderShellHint(hint`${option("createSandboxes", "on_failure", "keep")} keeps`)).toBe(
    "--on-failure keep keeps",
  );
  expect(renderShellHint([option("createSnapshot", "warm.kind", "service")])).toBe("--service");
});

const HOSTILE = [
  "two words",
  "$(touch /tmp/x) `id` $HOME",
  "it's; rm -rf '~'",
  'a"b\\c',
  "line\nbreak",
  "*?[a]{b,c}~!#&|<>()",
  "--cascade",
  "-x",
  "",
  "é漢\u2028",
];

test.each(HOSTILE)("the shell gives %j as it is", (name) => {
  const given = (action: HintAction): string[] => runInShell(renderShellCommand(action));
  const snapshot = given(act("createSnapshot", { tag: name, image: name }));
  expect(snapshot.filter((word) => word !== "--").toSorted()).toEqual(
    ["snapshot", "--image", name, name].toSorted(),
  );
  expect(given(act("exec", { id: "sb_1", args: ["ls", name] }))).toEqual(["exec", "sb_1", "--", "ls", name]);
});

test("a name that begins with a dash is behind all options", () => {
  expect(runInShell(renderShellCommand(act("createSnapshot", { tag: "-x", image: "-y" })))).toEqual([
    "snapshot",
    "--image",
    "-y",
    "--",
    "-x",
  ]);
  expect(renderShellCommand(act("exec", { id: "-x", args: ["ls"] }))).toBe("forkd exec -- -x ls");
});
