import { describe, expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { forkd } from "../../test/run-forkd.ts";
import { jobReply } from "../../test/replies.ts";

describe("jobs", () => {
  const JOB = {
    id: "job_4k2m9x7q0v3bz8wc",
    kind: "branchSandbox",
    subject: "b1\u001B[2J",
    status: "running",
    started_at_unix: 1_700_000_000,
    ended_at_unix: null,
    progress: { step: "memory", message: "reading", done: 1, total: 4 },
    error: null,
  };

  test("are followed a line each, with nothing that a terminal obeys", async () => {
    const failed = {
      ...JOB,
      status: "failed",
      ended_at_unix: 1_700_000_002,
      error: { error: "the disk is full\n  console: line", code: "disk_full", hint: "" },
    };
    await using daemon = await serveRoutes({
      "GET /v1/jobs": { json: [JOB] },
      "GET /v1/events?types=job&follow=true": {
        lines: [
          { type: "stream.opened", cursor: "a-1", is_whole: true },
          { type: "job.failed", cursor: "a-2", at_unix_ms: 0, caller: null, job: failed },
        ],
      },
    });
    const { status, stdout } = await forkd(daemon.url, "jobs", "--follow");
    expect(stdout).toBe(
      "job_4k2m9x7q0v3bz8wc  branch  b1  running  memory: reading 25 %\n" +
        "job_4k2m9x7q0v3bz8wc  branch  b1  failed  the disk is full\n",
    );
    expect(status).toBe(0);
  });

  test("are listed, and a cancel of one that is not there ends with 3", async () => {
    await using daemon = await serveRoutes({ "GET /v1/jobs": { json: [JOB] } });
    const listed = await forkd(daemon.url, "jobs");
    expect(listed.stdout).toMatch(/^JOB +KIND +OF +STATUS +STARTED +TOOK +PROGRESS\njob_\w+ +branch +b1/);
    const cancelled = await forkd(daemon.url, "jobs", "--cancel", "job_zzzz");
    expect(cancelled.status).toBe(3);
    expect(daemon.requests.at(-1)?.route).toBe("DELETE /v1/jobs/job_zzzz");
  });
});

test("jobs shows of an error the start of its first line, and an unknown operation as it is", async () => {
  const error = { error: `did not boot: ${"x".repeat(500)}\n  console: y`, code: "boot_failed", hint: "" };
  const times = { started_at_unix: 1, ended_at_unix: 2 };
  const jobs = [
    jobReply({ ...times, kind: "createSandboxes", status: "failed", error }),
    jobReply({ ...times, kind: "toString", status: "done" }),
  ];
  await using daemon = await serveRoutes({ "GET /v1/jobs": { json: jobs } });
  const [, failed, unknown] = (await forkd(daemon.url, "jobs")).stdout.split("\n");
  expect(failed).toMatch(/ {2}fork +py .* {2}did not boot: x{85}…$/);
  expect(unknown).toMatch(/ {2}toString +py .*1 s$/);
  expect(JSON.parse((await forkd(daemon.url, "jobs", "--json")).stdout)).toEqual(jobs);
});
