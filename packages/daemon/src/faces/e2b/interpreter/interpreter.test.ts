import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { SandboxId } from "@forkd/contract";
import { expect, test } from "vitest";
import { composeUnstarted } from "../../../../test/unstarted-daemon.ts";
import { noteCaller } from "../../../http/requests/callers.ts";
import { signSandboxToken, signTrafficToken } from "../sandbox-token.ts";
import { createInterpreter } from "./interpreter.ts";

const ID = "sb_0123456789abcdef" as SandboxId;

test.each([
  ["POST", "/execute", "x-access-token", 502],
  ["POST", "/execute", "e2b-traffic-access-token", 401],
  ["POST", "/contexts", "x-access-token", 502],
  ["POST", "/contexts", "e2b-traffic-access-token", 502],
  ["POST", "/contexts", "x-other", 401],
])(
  "%s %s with %s alone is answered %i of a sandbox that is not there",
  async (method, path, field, status) => {
    await using daemon = await composeUnstarted();
    const { services } = daemon;
    const interpreter = createInterpreter(services);
    const server = createServer((request, response) => {
      noteCaller(request, { name: "anonymous", scope: "none" });
      void interpreter.serve(request, response, ID);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const sign = field === "x-access-token" ? signSandboxToken : signTrafficToken;
    const headers = { [field]: await sign(services, ID), "content-type": "application/json" };
    const outgoing = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: false });
    const [answer] = (await once(outgoing.end('{"code":"1"}'), "response")) as [IncomingMessage];
    await text(answer);
    server.close();
    expect(answer.statusCode).toBe(status);
  },
);
