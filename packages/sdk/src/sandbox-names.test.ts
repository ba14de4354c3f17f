import { expect, test } from "vitest";
import { answerJson, serveHttp } from "../test/http-fixture.ts";
import type { HttpFixture } from "../test/http-fixture.ts";
import { Forkd } from "./index.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";

interface Fixture extends HttpFixture {
  /** The method and the id or name of each. */
  readonly requests: readonly string[];
}

/** A daemon with one sandbox: `web` until it is updated, `moved` until it is killed. */
async function serveSandbox(): Promise<Fixture> {
  const requests: string[] = [];
  let known = [ID, "web"];
  const server = await serveHttp("unix", ({ method, url = "" }, response) => {
    const reference = url.split(/[/?]/)[3] ?? "";
    requests.push(`${method} ${reference}`);
    if (!known.includes(reference))
      return answerJson(response, 404, { error: "", code: "sandbox_not_found", hint: "" });
    if (method === "PATCH") known = [ID, "moved"];
    if (method !== "DELETE") return answerJson(response, 200, { id: ID, bytes: 1 });
    known = [];
    return response.writeHead(204).end();
  });
  return Object.assign(server, { requests });
}

test("a handle got by a name goes by the id once it has heard that", async () => {
  await using server = await serveSandbox();
  await using forkd = new Forkd({ baseUrl: server.url });
  const sandbox = forkd.sandboxes.at("web");
  expect(sandbox.id).toBe("web");
  await sandbox.update({ name: "moved" });
  expect(sandbox.id).toBe(ID);
  await sandbox.ping();
  await sandbox.files.write("/x", "x");
  expect(server.requests).toEqual(["PATCH web", `POST ${ID}`, `PUT ${ID}`]);
});

test("a handle whose name was moved ends its sandbox, and its disposal finds that done", async () => {
  await using server = await serveSandbox();
  await using forkd = new Forkd({ baseUrl: server.url });
  {
    await using sandbox = forkd.sandboxes.at("web");
    await sandbox.update({ name: "moved" });
    await sandbox.kill();
  }
  expect(server.requests).toEqual(["PATCH web", `DELETE ${ID}`, `DELETE ${ID}`]);
});

test("a handle got by a name ends the sandbox that had it, and none that has it later", async () => {
  await using server = await serveSandbox();
  await using forkd = new Forkd({ baseUrl: server.url });
  {
    await using sandbox = forkd.sandboxes.at("web");
    await sandbox.kill();
  }
  expect(server.requests).toEqual(["GET web", `DELETE ${ID}`, `DELETE ${ID}`]);
});

test("an end of a name that no sandbox has is an error, of an id that is gone none", async () => {
  await using server = await serveSandbox();
  await using forkd = new Forkd({ baseUrl: server.url });
  const gone = { code: "sandbox_not_found" };
  await expect(forkd.sandboxes.at("old").kill()).rejects.toMatchObject(gone);
  await expect(forkd.sandboxes.at("sb_4k2m").kill()).rejects.toMatchObject(gone);
  await forkd.sandboxes.at("sb_7k2m9x7q0v3bz8wc").kill();
});
