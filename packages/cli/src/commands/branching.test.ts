import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { result, serveRoutes } from "../../test/recording-daemon.ts";
import { branchReply, capabilitiesReply, jobReply, sandboxReply, snapshotReply } from "../../test/replies.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const CHILD = sandboxReply({ id: ID });
const BRANCH = branchReply({
  tag: "b1",
  mode: "diff",
  branched_from: ID,
  pause_ms: 1.4,
  longest_stall_ms: 2.6,
  dirty_pages: 512,
  bytes_captured: 3_145_728,
  job_id: "job_4k2m9x7q0v3bz8wc",
  phases: [
    { name: "stop", ms: 0.4 },
    { name: "state", ms: 1 },
  ],
});
const BRANCH_ROUTE = `POST /v1/sandboxes/${ID}/branch`;

test("a branch tells its tag, mode, pause, dirty memory and phases", async () => {
  await using daemon = await serveRoutes({ [BRANCH_ROUTE]: result(BRANCH) });
  const { status, stdout } = await forkd(daemon.url, "branch", ID, "--tag", "b1", "--diff");
  expect(stdout.split("\n").slice(0, -1)).toEqual([
    "snapshot       b1",
    "mode           diff",
    `branched from  ${ID}`,
    "paused         1.4 ms; longest stall 2.6 ms",
    "dirty          2 MiB (512 pages)",
    "captured       3 MiB",
    "phases         stop 0.4 ms, state 1 ms",
  ]);
  expect(daemon.requests).toMatchObject([
    { route: BRANCH_ROUTE, body: { tag: "b1", mode: "diff", wait: true } },
  ]);
  expect(status).toBe(0);
});

test("a branch that is not waited for names its job", async () => {
  const writing = { ...BRANCH, status: "writing", bytes_captured: 0, phases: [] };
  await using daemon = await serveRoutes({ [BRANCH_ROUTE]: result(writing) });
  const { stdout, stderr } = await forkd(daemon.url, "branch", ID, "--live", "--no-wait");
  expect(stdout).toContain("job            job_4k2m9x7q0v3bz8wc (writing)\n");
  expect(stdout).not.toContain("captured");
  expect(stderr).toContain("forkd jobs --follow");
  expect(daemon.requests[0]?.body).toEqual({ mode: "live", wait: false });
});

test("--quiet prints the tag alone, and --json the body of the REST API", async () => {
  await using daemon = await serveRoutes({ [BRANCH_ROUTE]: result(BRANCH) });
  expect(await forkd(daemon.url, "branch", ID, "-q")).toMatchObject({ stdout: "b1\n", stderr: "" });
  const { stdout } = await forkd(daemon.url, "snapshot", "--from-sandbox", ID, "--json");
  expect(JSON.parse(stdout)).toEqual(BRANCH);
});

test.each([
  [["snapshot", "--tag", "t", "--image", "i", "--diff"], "--from-sandbox names none"],
  [["snapshot", "--tag", "t", "--image", "i", "--no-wait"], "option '--no-wait'"],
  [["snapshot", "--from-sandbox", ID, "--diff", "--live"], "cannot be used with option"],
  [["snapshot", "--from-sandbox", ID, "--image", "i"], "cannot be used with option '--image"],
  [["snapshot", "--from-sandbox", ID, "--service", "x"], "cannot be used with option '--service"],
  [["snapshot", "--image", "i"], "the snapshot's name is missing"],
  [["snapshot", "--tag", "t"], "option '--image' is missing"],
  [["branch", ID, "--full", "--auto"], "cannot be used with option"],
  [["fork"], "fork what?"],
  [["fork", "--tag", "t", "--from", ID], "cannot be used with option"],
  [["rmi", "t", "--cascade", "--force"], "cannot be used with option"],
  [["rmi", "t", "--image", "--force"], "cannot be used with option"],
  [["snapshot-compact", "--from", "t", "--to", "t"], "the same tag"],
  [["jobs", "--follow", "--cancel", "job_x"], "cannot be used with option"],
  [["pull", "a/b", "--sha256", "zz"], "64 hexadecimal digits"],
])("%j is a usage error", async (args, sentence) => {
  const { status, stdout, stderr } = await forkd("http://127.0.0.1:1", ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(sentence);
});

test("a running sandbox is forked, and options that change nothing are explained", async () => {
  await using daemon = await serveRoutes({
    [`POST /v1/sandboxes/${ID}/fork`]: result([CHILD]),
    "GET /v1/capabilities": {
      json: capabilitiesReply({ option_notes: { prewarm: "shared pages are warm", hugepages: "no" } }),
    },
  });
  const { status, stdout, stderr } = await forkd(
    daemon.url,
    "fork",
    "--from",
    ID,
    "--live-fork",
    "--prewarm",
  );
  expect(stdout).toContain(ID);
  expect(stderr).toMatch(/^1 sandbox of sb_\w+ in .*\nnote: --prewarm: shared pages are warm\n$/);
  expect(daemon.requests[0]?.body).toEqual({ n: 1, wait: "ready", live_fork: true, prewarm: true });
  expect(status).toBe(0);
});

test("images names what snapshots stand on and were branched from, where one does", async () => {
  const alone = snapshotReply({ tag: "py", id: "sn_1111111111111111" });
  const branch = snapshotReply({
    tag: "b1",
    id: "sn_2222222222222222",
    parent_id: "sn_1111111111111111",
    branched_from: ID,
  });
  await using daemon = await serveRoutes({ "GET /v1/snapshots": { json: [alone, branch] } });
  const { stdout } = await forkd(daemon.url, "images", "--snapshots");
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/).slice(-2))).toEqual([
    ["PARENT", "BRANCHED FROM"],
    ["-", "-"],
    ["py", ID],
    [""],
  ]);
  await using plain = await serveRoutes({ "GET /v1/snapshots": { json: [alone] } });
  expect((await forkd(plain.url, "images", "--snapshots")).stdout).not.toContain("PARENT");
});

test("rmi names all that went, and asks for nothing that is gone already", async () => {
  const removal = { json: { removed: ["leaf", "side", "base"] } };
  await using daemon = await serveRoutes({ "DELETE /v1/snapshots/base?cascade=true": removal });
  const { stdout } = await forkd(daemon.url, "rmi", "--cascade", "base", "leaf");
  expect(stdout).toBe("removed snapshot leaf\nremoved snapshot side\nremoved snapshot base\n");
  const { stdout: json } = await forkd(daemon.url, "rmi", "--cascade", "base", "--json");
  expect(JSON.parse(json)).toEqual({ removed: ["leaf", "side", "base"] });
});

describe("snapshot-diff", () => {
  const START = { type: "start", pid: 12, dropped: 0, offset: 0 };
  const exit = (code: number) => ({
    type: "exit",
    exit_code: code,
    signal: null,
    timed_out: false,
    duration_ms: 5,
  });
  const output = { type: "stdout", data: Buffer.from("loaded\n").toString("base64") };
  const notFound = { error: "no", code: "snapshot_not_found", hint: "" };
  const routes = {
    "GET /v1/snapshots/b1": { status: 404, json: notFound },
    "POST /v1/sandboxes": result([CHILD]),
    [BRANCH_ROUTE]: result(BRANCH),
    [`DELETE /v1/sandboxes/${ID}`]: { status: 204 },
  };
  const args = ["snapshot-diff", "--from", "py", "--tag", "b1", "--exec", "load | tee $LOG"];

  test("forks, runs, branches and ends the sandbox", async () => {
    const exec = { lines: [START, output, exit(0)] };
    await using daemon = await serveRoutes({ ...routes, [`POST /v1/sandboxes/${ID}/exec`]: exec });
    const { status, stdout } = await forkd(daemon.url, ...args);
    expect(stdout).toMatch(/^loaded\nsnapshot +b1\n/);
    expect(daemon.requests.map(({ route }) => route)).toEqual([
      "GET /v1/snapshots/b1",
      "POST /v1/sandboxes",
      `POST /v1/sandboxes/${ID}/exec`,
      BRANCH_ROUTE,
      `DELETE /v1/sandboxes/${ID}`,
    ]);
    expect(daemon.requests[2]?.body).toEqual({ args: ["sh", "-c", "load | tee $LOG"], timeout_secs: 600 });
    expect(daemon.requests[3]?.body).toEqual({ tag: "b1", mode: "diff", parent_tag: "py" });
    expect(status).toBe(0);
  });

  test("makes no snapshot when the command fails, and ends with its status", async () => {
    const exec = { lines: [START, output, exit(3)] };
    await using daemon = await serveRoutes({ ...routes, [`POST /v1/sandboxes/${ID}/exec`]: exec });
    const { status, stderr } = await forkd(daemon.url, ...args);
    expect(stderr).toContain("error: the command ended with status 3; no snapshot was made\n");
    const asked = daemon.requests.map(({ route }) => route);
    expect(asked).not.toContain(BRANCH_ROUTE);
    expect(asked.at(-1)).toBe(`DELETE /v1/sandboxes/${ID}`);
    expect(status).toBe(3);
  });

  test("with --json prints nothing but the branch on stdout", async () => {
    const exec = { lines: [START, output, exit(0)] };
    await using daemon = await serveRoutes({ ...routes, [`POST /v1/sandboxes/${ID}/exec`]: exec });
    const { stdout, stderr } = await forkd(daemon.url, ...args, "--json");
    expect(JSON.parse(stdout)).toEqual(BRANCH);
    expect(stderr).toBe("loaded\n");
  });
});

test("completion offers tags, sandboxes and running jobs where each is meant", async () => {
  await using daemon = await serveRoutes({
    "GET /v1/snapshots": { json: [snapshotReply({ tag: "py" })] },
    "GET /v1/sandboxes": { json: [CHILD] },
    "GET /v1/jobs": {
      json: [
        jobReply({ id: "job_aaaaaaaaaaaaaaaa" }),
        jobReply({ id: "job_bbbbbbbbbbbbbbbb", status: "done" }),
      ],
    },
  });
  const complete = async (...words: string[]): Promise<string> => {
    const child = startForkd(daemon.url, ["__complete", "--", ...words]);
    child.stdin.end();
    return (await finish(child)).stdout;
  };
  expect(await complete("fork", "--from", "")).toBe(`${ID}\n`);
  expect(await complete("snapshot-diff", "--from", "")).toBe("py\n");
  expect(await complete("snapshot-info", "")).toBe("py\n");
  expect(await complete("branch", "")).toBe(`${ID}\n`);
  expect(await complete("branch", ID, "--tag", "")).toBe("");
  expect(await complete("jobs", "--cancel", "")).toBe("job_aaaaaaaaaaaaaaaa\n");
});

test("an interrupt drops the request of a branch, so that the daemon undoes it", async () => {
  const { promise: dropped, resolve: drop } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { serveHttp } = await import("../../../sdk/test/http-fixture.ts");
  await using daemon = await serveHttp("unix", (_, response) => {
    response.on("close", drop);
    ask();
  });
  const child = startForkd(daemon.url, ["branch", ID]);
  const ended = once(child, "close");
  await asked;
  child.kill("SIGINT");
  await dropped;
  expect(await ended).toEqual([130, null]);
});
