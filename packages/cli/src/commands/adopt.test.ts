import { expect, test } from "vitest";
import { forkd } from "../../test/run-forkd.ts";
import { serveRoutes } from "../../test/recording-daemon.ts";

const [GOOD, BAD] = ["sb_4k2m9x7q0v3bz8wc", "sb_0000000000000000"];
const WHY = "its record is damaged";
const INFO = { id: GOOD, snapshot_tag: "py", hostname: "x", status: "running", memory_mib: 256, died: null };

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
  const unmanaged = { ...INFO, status: "unmanaged", unmanaged_why: WHY, memory_limit_mib: null, pid: 7 };
  await using daemon = await serveRoutes({ "GET /v1/sandboxes": { json: [unmanaged] } });
  const { stdout, stderr } = await forkd(daemon.url, "ps");
  expect(stdout).toMatch(/unmanaged .* 7 /);
  expect(stderr).toContain(`${GOOD} runs on unmanaged: ${WHY}`);
});
