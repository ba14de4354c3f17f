import { expect, test } from "vitest";
import { forkd } from "../../test/run-forkd.ts";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";

const [GOOD, BAD] = ["sb_4k2m9x7q0v3bz8wc", "sb_0000000000000000"];
const WHY = "its record is damaged";
const INFO = sandboxReply({ id: GOOD });

test("adopt names those that are taken over, and says why one is not", async () => {
  const refusal = { error: `sandbox ${BAD} runs on: ${WHY}`, code: "sandbox_unmanaged", hint: "try again" };
  await using daemon = await serveRoutes({
    [`POST /v1/sandboxes/${GOOD}/adopt`]: { json: INFO },
    [`POST /v1/sandboxes/${BAD}/adopt`]: { status: 409, json: refusal },
  });
  const { stdout, stderr, status } = await forkd(daemon.url, "adopt", GOOD, BAD);
  expect(stdout).toBe(`adopted ${GOOD}\n`);
  expect(stderr).toContain(WHY);
  expect(status).toBe(4);
});

test("ps says of a machine that is not managed why that is", async () => {
  const unmanaged = sandboxReply({ id: GOOD, status: "unmanaged", unmanaged_why: WHY, pid: 7 });
  await using daemon = await serveRoutes({ "GET /v1/sandboxes": { json: [unmanaged] } });
  const { stdout, stderr } = await forkd(daemon.url, "ps");
  expect(stdout).toMatch(/unmanaged .* 7 /);
  expect(stderr).toContain(`${GOOD} runs on unmanaged: ${WHY}`);
});
