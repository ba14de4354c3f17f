import type { GuestTasks, SandboxMetrics } from "@forkd/contract";
import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";
import { sandboxReply } from "../../test/replies.ts";

const [ONE, OTHER, DEAD] = ["sb_4k2m9x7q0v3bz8wc", "sb_5k2m9x7q0v3bz8wc", "sb_6k2m9x7q0v3bz8wc"];
const MIB = 1024 * 1024;

const metricsReply = (own: object) => ({
  name: null,
  status: "running",
  vcpus: 1,
  memory_mib: 256,
  memory_limit_mib: null,
  now: {
    at_unix_ms: 1_700_000_000_000,
    cpu_ms: 1000,
    cpu_percent: 12.345,
    memory_private_bytes: 20 * MIB,
    memory_shared_bytes: 30 * MIB,
    disk_bytes: MIB,
  } satisfies SandboxMetrics["now"],
  guest: null,
  guest_why: "it is paused",
  history: [],
  ...own,
});
const GUEST: NonNullable<SandboxMetrics["guest"]> = {
  memory_total_bytes: 250 * MIB,
  memory_used_bytes: 50 * MIB,
  disk_total_bytes: 2048 * MIB,
  disk_used_bytes: 512 * MIB,
  network_received_bytes: 3 * MIB,
  network_sent_bytes: 1024,
  processes: 9,
};

const EARLIER = {
  ...metricsReply({}).now,
  at_unix_ms: 1_699_999_970_000,
  cpu_percent: null,
  memory_private_bytes: 10 * MIB,
};

/** The path of what is asked, whose `since` is the time of the test. */
async function serveMetrics() {
  const died = { at_unix: 9, why: "it was ended", console: [] };
  const daemon = await serveRoutes({
    "GET /v1/sandboxes": {
      json: [
        sandboxReply({ id: ONE }),
        sandboxReply({ id: OTHER }),
        sandboxReply({ id: DEAD, status: "dead", died }),
      ],
    },
    [`GET /v1/sandboxes/${ONE}/metrics`]: {
      json: metricsReply({ id: ONE, name: "web", guest: GUEST, history: [EARLIER] }),
    },
    [`GET /v1/sandboxes/${OTHER}/metrics`]: { json: metricsReply({ id: OTHER, status: "paused" }) },
  });
  return daemon;
}

test("stats shows what sandboxes use that are not dead, also those whose guests say nothing", async () => {
  await using daemon = await serveMetrics();
  const { stdout, stderr, status } = await forkd(daemon.url, "stats");
  expect({ stdout, stderr, status }).toEqual({
    stdout:
      "SANDBOX              NAME  STATUS      CPU  PRIVATE  SHARED   DISK       GUEST MEMORY        GUEST DISK        NET I/O  PROCESSES\n" +
      `${ONE}  web   running  12.3 %   20 MiB  30 MiB  1 MiB  50 MiB of 250 MiB  512 MiB of 2 GiB  3 MiB / 1 KiB          9\n` +
      `${OTHER}        paused   12.3 %   20 MiB  30 MiB  1 MiB                  -                 -          - / -          -\n`,
    stderr: "",
    status: 0,
  });
  expect(daemon.requests.filter(({ route }) => route.includes(DEAD))).toEqual([]);
});

test("stats --history tells what was used until now, without asking the guest", async () => {
  await using daemon = await serveMetrics();
  const { stdout } = await forkd(daemon.url, "stats", ONE, OTHER, "--history");
  expect(stdout).toBe(
    "SANDBOX              TIME                         CPU  PRIVATE  SHARED   DISK\n" +
      "web                  2023-11-14T22:12:50.000Z       -   10 MiB  30 MiB  1 MiB\n" +
      "web                  2023-11-14T22:13:20.000Z  12.3 %   20 MiB  30 MiB  1 MiB\n" +
      `${OTHER}  2023-11-14T22:13:20.000Z  12.3 %   20 MiB  30 MiB  1 MiB\n`,
  );
  expect(daemon.requests.map(({ route }) => route)).toContain(
    `GET /v1/sandboxes/${ONE}/metrics?guest=false&since=0`,
  );
});

test("stats of one that is named tells that it is not there", async () => {
  await using daemon = await serveMetrics();
  expect(await forkd(daemon.url, "stats", "nope")).toMatchObject({ status: 3, stdout: "" });
});

test("top shows a guest's processes, the busiest first", async () => {
  const task = { ppid: 1, user: "root", state: "S", resident_bytes: MIB };
  const tasks: GuestTasks["tasks"] = [
    { ...task, pid: 1, cpu_ms: 10, command: "/init" },
    { ...task, pid: 70, cpu_ms: 2500, command: "python3 \u001B[31mred\u001B[0m" },
  ];
  await using daemon = await serveRoutes({
    [`GET /v1/sandboxes/${ONE}/top`]: { json: { total: 5, tasks } },
  });
  const { stdout } = await forkd(daemon.url, "top", ONE);
  const twice = await forkd(daemon.url, "top", ONE, "-n", "2", "--interval", "10ms");
  expect(twice).toEqual({ stdout: stdout.repeat(2), stderr: "", status: 0 });
  expect(stdout.split("\n").map((line) => line.trim())).toEqual([
    "PID  USER  STATE       CPU   TIME  MEMORY  COMMAND",
    "70  root  sleeping  0.0 %  2.5 s   1 MiB  python3 red",
    "1  root  sleeping  0.0 %  10 ms   1 MiB  /init",
    "(3 more)",
    "",
  ]);
});
