import { expect, test } from "vitest";
import type { Caller } from "./caller.ts";
import { createFileContentOperations } from "./file-content.ts";
import type { OperationPorts } from "./ports.ts";

test("a URL is signed of a machine that is suspended: the request with it may resume it", async () => {
  const ports = {
    registry: { look: () => ({}) },
    urlKey: () => Promise.resolve(new Uint8Array(32)),
  } as unknown as OperationPorts;
  const request = { path: "/f", access: "read", expires_secs: 60 };
  const order = { id: "sb_0000000000000000", request } as never;
  const signed = await createFileContentOperations(ports).signFileUrl({} as Caller, order, {
    signal: new AbortController().signal,
  });
  expect(signed).toMatchObject({ method: "GET" });
});
