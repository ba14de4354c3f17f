import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { sandboxReply } from "../../test/replies.ts";
import { forkd } from "../../test/run-forkd.ts";

const WEB = sandboxReply({ id: "sb_4k2m9x7q0v3bz8wc", name: "web" });

test.each([
  [["--memory", "1G", "--swap", "64M"], { memory_limit_mib: 1024, swap_limit_mib: 64 }],
  [["--cpus", "0.5", "--tasks", "100"], { cpu_limit: 0.5, task_limit: 100 }],
  [
    ["--disk-read", "10M/s", "--disk-write", "none"],
    { disk_read_bytes_per_sec: 10_485_760, disk_write_bytes_per_sec: null },
  ],
  [
    ["--disk-read-ops", "50", "--disk-write-ops", "20"],
    { disk_read_ops_per_sec: 50, disk_write_ops_per_sec: 20 },
  ],
])("modify %j changes that alone", async (options, body) => {
  await using daemon = await serveRoutes({ "PATCH /v1/sandboxes/web": { json: WEB } });
  const { stdout } = await forkd(daemon.url, "modify", "web", ...options);
  expect(stdout).toBe(`modified ${WEB.id}\n`);
  expect(daemon.requests.map((request) => request.body)).toEqual([body]);
});

test("a fork asks for the limits that it is told, under the API's names", async () => {
  await using daemon = await serveRoutes({ "POST /v1/sandboxes": { json: [WEB], status: 201 } });
  const options = ["--cpus", "1.5", "--tasks", "90", "--memory-limit-mib", "400", "--disk-write", "1M"];
  await forkd(daemon.url, "fork", "py", "-q", ...options);
  expect(daemon.requests.map((request) => request.body)).toEqual([
    expect.objectContaining({
      cpu_limit: 1.5,
      task_limit: 90,
      memory_limit_mib: 400,
      disk_write_bytes_per_sec: 1_048_576,
    }),
  ]);
});

test.each([
  [["web"], "there is nothing to change"],
  [["web", "--memory", "300"], "300M or 1.5G"],
  [["web", "--cpus", "0"], "0.5"],
])("modify %j is refused, and nothing is asked", async (words, why) => {
  await using daemon = await serveRoutes({});
  const { stderr, status } = await forkd(daemon.url, "modify", ...words);
  expect(stderr).toContain(why);
  expect(status).toBe(2);
  expect(daemon.requests).toEqual([]);
});
