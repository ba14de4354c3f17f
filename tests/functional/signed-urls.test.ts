import type { Sandbox } from "@forkd/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forkOne } from "../harness/fork-one.ts";
import { startOnTcp } from "../harness/tcp-daemon.ts";
import type { TcpDaemon } from "../harness/tcp-daemon.ts";

let served: TcpDaemon;
let child: Sandbox;
beforeAll(async () => {
  served = await startOnTcp("signed-urls");
  child = await forkOne(served.daemon);
});
afterAll(() => served[Symbol.asyncDispose]());

/** What somebody is answered who has the URL and nothing else. */
async function ask(method: string, url: string, options: RequestInit = {}) {
  const reply = await fetch(new URL(url, served.baseUrl), { ...options, method });
  return { status: reply.status, text: await reply.text() };
}

async function refusalOf(method: string, url: string) {
  const { status, text } = await ask(method, url);
  const { code, error } = JSON.parse(text) as { code: string; error: string };
  return { status, code, error };
}

test("a signed URL is good for its sandbox, its file, its method and its time alone", async () => {
  await using other = await forkOne(served.daemon);
  for (const { files } of [child, other]) await files.write("/root/shown", "for you");
  const { url } = await child.downloadUrl("/root/shown", { expiresSecs: 600 });
  expect(await ask("GET", url)).toEqual({ status: 200, text: "for you" });
  expect((await ask("GET", url, { headers: { range: "bytes=-3" } })).text).toBe("you");
  const upload = await child.uploadUrl("/root/given", { user: "nobody" });
  expect((await ask("PUT", upload.url, { body: "from me" })).status).toBe(200);
  expect(await child.files.getInfo("/root/given")).toMatchObject({ owner: "nobody", size: 7 });
  const others = [
    ["GET", url.replace("shown", "given")],
    ["GET", url.replace(child.id, other.id)],
    ["GET", url.replace(/signature=.../, "signature=v2_")],
    ["GET", url.replace(/signature=[^&]+/, "signature=")],
    ["GET", url.replace(/expiration=\d/, "expiration=9")],
    ["GET", url.replace(/&signature_expiration=\d+/, "")],
    ["PUT", url],
    ["GET", upload.url],
    ["PUT", upload.url.replace("nobody", "root")],
    ["PUT", `${upload.url}&mode=4755`],
    ["PUT", `${upload.url}&append=true`],
  ] as const;
  for (const [method, given] of others)
    expect([given, await refusalOf(method, given)]).toEqual([
      given,
      { status: 403, code: "signature_refused", error: expect.any(String) as string },
    ]);
  // It opens nothing else that there is at that path.
  expect(await refusalOf("DELETE", url)).toMatchObject({ status: 401, code: "unauthenticated" });
  expect(await refusalOf("GET", url.split("&signature")[0]!)).toMatchObject({ code: "unauthenticated" });
  expect(await ask("GET", url)).toEqual({ status: 200, text: "for you" });
});

test("a URL whose time is over says until when it was good, and another one is good", async () => {
  await child.files.write("/root/brief", "for now");
  const { url } = await child.downloadUrl("/root/brief", { expiresSecs: 1 });
  await expect.poll(() => ask("GET", url)).toMatchObject({ status: 403 });
  const refusal = { code: "signature_refused", error: expect.stringMatching(/good until 20\d\d-/) as string };
  expect(await refusalOf("GET", url)).toMatchObject(refusal);
  const later = await child.downloadUrl("/root/brief", { expiresSecs: 600 });
  expect((await ask("GET", later.url)).text).toBe("for now");
});
