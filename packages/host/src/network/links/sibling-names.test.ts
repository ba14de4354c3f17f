import { createSandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { CLASS_IN, NO_ERROR, NO_SUCH_NAME, TYPE_A, TYPE_AAAA } from "../names/dns-message.ts";
import type { DnsQuery } from "../names/dns-message.ts";
import { SiblingNames } from "./sibling-names.ts";

const id = createSandboxId();
const siblings = [
  { id, name: "db", address: "10.42.1.1" },
  { id: createSandboxId(), name: "Web", address: "10.42.1.2" },
  { id: createSandboxId(), name: "web", address: "10.42.1.3" },
  { id: createSandboxId(), name: null, address: "10.42.1.4" },
  { id: createSandboxId(), name: "example.com", address: "10.42.1.5" },
];
const names = new SiblingNames("Shop_1", () => siblings);

function ask(name: string, { type = TYPE_A, of = CLASS_IN } = {}): unknown {
  const answer = names.answer({ name, type, class: of } as DnsQuery);
  if (answer?.code === NO_SUCH_NAME) return "unknown";
  return answer?.addresses.map(({ bytes, ttlSecs }) => `${bytes.join(".")} for ${ttlSecs} s`);
}

test("a sibling is found by its name and its id, short and long, in any case", () => {
  const asked = ["db", "DB", id, id.replace("_", "-"), id.toUpperCase(), "Db.shop_1.FORKD.internal"];
  for (const name of asked) expect([name, ask(name)]).toEqual([name, ["10.42.1.1 for 5 s"]]);
  expect(ask("example.com.shop_1.forkd.internal")).toEqual(["10.42.1.5 for 5 s"]);
});

test("of names that differ in their case alone the one is meant that was written", () => {
  expect(ask("web")).toEqual(["10.42.1.3 for 5 s"]);
  expect(ask("Web")).toEqual(["10.42.1.2 for 5 s"]);
  expect(ask("WEB")).toEqual(["10.42.1.2 for 5 s", "10.42.1.3 for 5 s"]);
});

test("what only a group may know is answered here, also that it is not there", () => {
  const ours = ["cache", "", "forkd.internal", "db.other.forkd.internal", "db.forkd.internal"];
  for (const name of [...ours, "4.1.42.10.in-addr.arpa", ".shop_1.forkd.internal"])
    expect([name, ask(name)]).toEqual([name, "unknown"]);
});

test("what is of the world is not", () => {
  for (const name of ["example.com", "notforkd.internal", "db.local", "4.3.2.1.in-addr.arpa"])
    expect([name, ask(name)]).toEqual([name, undefined]);
});

test("a sibling has no other records", () => {
  expect(ask("db", { type: TYPE_AAAA })).toEqual([]);
  expect(ask("db", { of: 3 })).toBe("unknown");
  expect(names.answer({ name: "db", type: 16, class: CLASS_IN } as DnsQuery)?.code).toBe(NO_ERROR);
});
