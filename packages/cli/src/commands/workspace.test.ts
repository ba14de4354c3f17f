import { expect, test } from "vitest";
import { result, serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";

const INFO = {
  id: "sb_4k2m9x7q0v3bz8wc",
  name: "notes",
  source_snapshot_tag: "py",
  current_state_tag: null,
  status: "suspended",
  live_sandbox_id: null,
  created_at_unix: 1_700_000_000,
  last_active_unix: 1_700_000_000,
  last_branch_memory_path: null,
};

test("workspace create takes the limits, the network and the ports of a fork", async () => {
  await using daemon = await serveRoutes({ "POST /v1/workspaces": result(INFO) });
  const words =
    "notes --snapshot py --cpus 0.5 --disk-read 10M --per-child-netns --egress allow --link shop -p 8080:80";
  const { status } = await forkd(daemon.url, "workspace", "create", ...words.split(" "));
  expect(status).toBe(0);
  expect(daemon.requests[0]?.body).toEqual({
    name: "notes",
    snapshot_tag: "py",
    auto_resume: true,
    cpu_limit: 0.5,
    disk_read_bytes_per_sec: 10 * 1024 * 1024,
    per_child_netns: true,
    network: { egress: "allow", link: "shop" },
    publish: [{ port: 80, host_port: 8080 }],
  });
});

test.each([
  ["suspend", ["suspend", "notes", "--diff"]],
  ["resume", ["resume", "notes"]],
])("workspace %s calls its route, and shows what it has become", async (verb, args) => {
  await using daemon = await serveRoutes({ [`POST /v1/workspaces/notes/${verb}`]: { json: INFO } });
  const { stdout, status } = await forkd(daemon.url, "workspace", ...args);
  expect(stdout).toMatch(/notes +suspended +py +sb_4k2m9x7q0v3bz8wc/);
  expect(status).toBe(0);
});

test("workspaces are listed, also when there is none, and deleted", async () => {
  await using daemon = await serveRoutes({
    "GET /v1/workspaces": { json: [] },
    "DELETE /v1/workspaces/notes": { status: 204 },
  });
  expect((await forkd(daemon.url, "workspace", "list")).stdout).toBe("(no workspaces)\n");
  expect((await forkd(daemon.url, "workspace", "delete", "notes")).stdout).toBe("deleted workspace notes\n");
});
