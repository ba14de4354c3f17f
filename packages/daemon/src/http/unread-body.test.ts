import { connect } from "node:net";
import { ForkdError } from "@forkd/contract";
import { expect, test } from "vitest";
import { readAll, serveApi } from "../../test/api-fixture.ts";

const SIZE_BYTES = 20_000_000;

test.each([
  "PUT /v1/sandboxes/none/files?path=/x",
  "PUT /v1/sandboxes/none/files/tar?path=/x",
  "POST /v1/sandboxes/none/processes/7/stdin",
])("a caller of %s that is refused sends its body to the end, and is served again", async (line) => {
  await using api = await serveApi(() => Promise.reject(new ForkdError("sandbox_not_found", { id: "none" })));
  const caller = connect(api.socketPath);
  caller.write(`${line} HTTP/1.1\r\nHost: x\r\nContent-Length: ${SIZE_BYTES}\r\n\r\n`);
  caller.write(Buffer.alloc(SIZE_BYTES));
  caller.write("GET /openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const answers = await readAll(caller);
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 404", "HTTP/1.1 200"]);
});
