import { expect, test } from "vitest";
import { evaluate, runAll, useChildren } from "./children.ts";

const used = useChildren();

test("a process of the parent goes on in every child, and can be re-attached to by its pid", async () => {
  for (const child of used.children.slice(0, 2)) {
    const service = (await child.processes()).find(({ args }) => args.join(" ").includes("tick"));
    expect(service?.running).toBe(true);
    let output = "";
    for await (const event of child.attach(service?.pid ?? 0)) {
      if (event.type === "stdout") output += Buffer.from(event.data).toString();
      if (output.split("\n").length > 3) break;
    }
    expect(output).toMatch(/^(tick\n)+/);
    expect((await child.processes()).find(({ pid }) => pid === service?.pid)?.running).toBe(true);
  }
});

test("what the parent's interpreters had loaded is there", async () => {
  const [child] = used.children;
  expect(child && (await evaluate(child, "'numpy' in __import__('sys').modules"))).toBe(true);
});

test("programs in /etc/forkd/on-fork.d run before a child is ready, and know whose they are", async () => {
  expect(await runAll(used.children, "cat /run/hook-ran")).toEqual(
    used.children.map(({ id }, index) => `${id} ${index}`),
  );
});
