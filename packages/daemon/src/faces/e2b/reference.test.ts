import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeE2b } from "./reference.ts";
import { Filesystem } from "./wire/filesystem.gen.js";
import { Process } from "./wire/process.gen.js";

const { control, inner } = describeE2b();

/** A path with its parameters made alike. */
const normalize = (path: string): string => path.replaceAll(/:\w+|\{\w+\}/g, "{}");

describe("the table of E2B's calls", () => {
  it("has every call to the control plane that the client at hand makes", async () => {
    const client = await readFile(fileURLToPath(import.meta.resolve("e2b")), "utf8");
    const made = [...client.matchAll(/api\.(GET|POST|PUT|PATCH|DELETE)\("([^"]+)"/g)].map(
      ([, method, path]) => `${method} ${normalize(path ?? "")}`,
    );
    const ofControl = made.filter((call) => !/ \/(health|files|volumecontent)/.test(call));
    expect(ofControl.length).toBeGreaterThan(25);
    expect(control.map(({ call }) => normalize(call))).toEqual(expect.arrayContaining(ofControl));
  });

  it("has every procedure of the agent", () => {
    const procedures = [Process, Filesystem].flatMap(({ typeName, methods }) =>
      methods.map(({ name }) => `${typeName}/${name}`),
    );
    const told = inner.map(({ call }) => call).filter((call) => !call.includes(" "));
    expect(told.toSorted()).toEqual(procedures.toSorted());
  });

  it("has each call once, and says of each that is refused why, and what to do", () => {
    const calls = [...control, ...inner].map(({ call }) => call);
    expect(new Set(calls).size).toBe(calls.length);
    const reasons = [...control, ...inner].flatMap(({ refused }) => (refused === undefined ? [] : [refused]));
    expect(reasons).toEqual(reasons.map(() => expect.stringMatching(/\w; \w/) as string));
  });
});

describe("the table of refusals", () => {
  it("is where each refusal comes from", async () => {
    const here = import.meta.dirname;
    const sources = (await readdir(here, { recursive: true })).filter((name) =>
      /(?<!\.test)\.ts$/.test(name),
    );
    const refusing: string[] = [];
    for (const name of sources)
      if (/"unsupported_option"/.test(await readFile(join(here, name), "utf8"))) refusing.push(name);
    expect(refusing).toEqual(["refusals/refusal.ts"]);
  });
});
