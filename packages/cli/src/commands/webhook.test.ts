import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";

const WEBHOOK = {
  id: "wh_0123456789abcdef",
  url: "https://example.org/hook",
  events: ["sandbox.died"],
  allow_private: false,
  created_at_unix: 1_790_000_000,
  waiting: 1,
  delivered: 7,
  failed: 2,
  dropped: 0,
  last_error: "it was answered with 500",
};

test("create prints the secret alone, so that it can be kept", async () => {
  const made = { ...WEBHOOK, secret: "whsec_00" };
  await using daemon = await serveRoutes({ "POST /v1/webhooks": { json: made, status: 201 } });
  const options = ["--event", "sandbox.died", "--event", "job"];
  const { stdout } = await forkd(daemon.url, "webhook", "create", WEBHOOK.url, ...options);
  expect(stdout).toBe("whsec_00\n");
  expect(daemon.requests.map((request) => request.body)).toEqual([
    { url: WEBHOOK.url, events: ["sandbox.died", "job"], allow_private: false },
  ]);
});

test("list says how it goes, and rm ends one", async () => {
  await using daemon = await serveRoutes({
    "GET /v1/webhooks": { json: [WEBHOOK] },
    [`DELETE /v1/webhooks/${WEBHOOK.id}`]: { status: 204 },
  });
  const { stdout } = await forkd(daemon.url, "webhook", "list");
  expect(stdout).toMatch(
    /^wh_0123456789abcdef +https:\/\/example\.org\/hook +sandbox\.died +1 +7 +2 +0 +it was/m,
  );
  expect((await forkd(daemon.url, "webhook", "rm", WEBHOOK.id)).stdout).toContain("removed");
});
