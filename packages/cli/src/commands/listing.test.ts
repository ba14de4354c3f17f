import { createSnapshotId } from "@forkd/contract";
import { expect, test } from "vitest";
import { serveRoutes } from "../../test/recording-daemon.ts";
import { finish, forkd, startForkd } from "../../test/run-forkd.ts";
import { jobReply, sandboxReply, snapshotReply } from "../../test/replies.ts";

const [OLD, NEW] = ["sb_4k2m9x7q0v3bz8wc", "sb_5k2m9x7q0v3bz8wc"];
const IMAGE = {
  id: "a".repeat(64),
  names: ["base"],
  size_bytes: 2,
  physical_bytes: 1,
  created_at_unix: 5,
  cached: true,
  recipe: { packages: [] },
};
const ROUTES = {
  "GET /v1/sandboxes": {
    json: [
      sandboxReply({ id: NEW, created_at_unix: 5, labels: { team: "shop" } }),
      sandboxReply({ id: OLD, created_at_unix: 4, name: "web" }),
    ],
  },
  [`GET /v1/sandboxes/${OLD}`]: { json: sandboxReply({ id: OLD, name: "web" }) },
  "GET /v1/sandboxes/web": { json: sandboxReply({ id: OLD, name: "web" }) },
  "GET /v1/snapshots": {
    json: [
      snapshotReply({ tag: "py", id: createSnapshotId() }),
      snapshotReply({ tag: "half", status: "writing", bootable: false }),
    ],
  },
};

test.each([
  { args: ["ps", "--sort", "created_at_unix", "-q"], out: `${OLD}\n${NEW}\n` },
  { args: ["ps", "-a", "--sort", "-created_at_unix", "-q"], out: `${NEW}\n${OLD}\n` },
  { args: ["ps", "-n", "1", "--no-trunc", "-q"], out: `${OLD}\n` },
  { args: ["ps", "--last", "5", "-q"], out: `${NEW}\n${OLD}\n` },
  { args: ["ps", "--format", "{{.ID}}\\t{{.Name}}"], out: `${NEW}\t\n${OLD}\tweb\n` },
  { args: ["ps", "--format", "{{json .Labels}}"], out: '{"team":"shop"}\n{}\n' },
  { args: ["images", "--snapshots", "-q"], out: "py\nhalf\n" },
  { args: ["images", "--snapshots", "--filter", "status=writing", "-q"], out: "half\n" },
  { args: ["images", "--snapshots", "--format", "{{.Tag}}:{{.MemoryMib}}"], out: "py:256\nhalf:256\n" },
  { args: ["inspect", "web", "--format", "{{.Type}} {{.SnapshotTag}}"], out: "sandbox py\n" },
  {
    args: ["inspect", "half", "py", "--format", "{{.Type}} {{.Status}}"],
    out: "snapshot writing\nsnapshot ready\n",
  },
])("$args lists $out", async ({ args, out }) => {
  await using daemon = await serveRoutes(ROUTES);
  expect(await forkd(daemon.url, ...args)).toEqual({ stdout: out, stderr: "", status: 0 });
});

test.each([
  { args: ["ps", "--sort", "nope"], said: "There is no field nope; there are id, name" },
  { args: ["ps", "--format", "{{.Nope}}"], said: "There is no field Nope; there are id, name" },
  { args: ["ps", "--format", "{{.ID"], said: "fields such as {{.ID}}" },
  { args: ["images", "--filter", "x"], said: "FIELD=VALUE" },
])("$args is told what there is", async ({ args, said }) => {
  await using daemon = await serveRoutes(ROUTES);
  const { stdout, stderr, status } = await forkd(daemon.url, ...args);
  expect(stderr).toContain(said);
  expect([stdout, status]).toEqual(["", 2]);
});

test("inspect finds images and jobs too, and says what is none of them", async () => {
  const job = jobReply({});
  await using daemon = await serveRoutes({
    ...ROUTES,
    "GET /v1/images": { json: [IMAGE] },
    [`GET /v1/jobs/${job.id}`]: { json: job },
    "GET /v1/tokens": {
      status: 403,
      json: { error: "the token may not", code: "not_permitted", hint: "ask" },
    },
    "GET /v1/tenants": { json: [] },
    "GET /v1/webhooks": { json: [] },
    "GET /v1/netns": { json: [{ name: "forkd-child-7", sandbox_id: null }] },
  });
  const kindOf = async (...args: string[]) =>
    (await forkd(daemon.url, "inspect", ...args, "--format", "{{.Type}} {{.ID}}")).stdout;
  expect(await kindOf("base")).toBe(`image ${IMAGE.id}\n`);
  expect(await kindOf("aaaaaaaaaaaa")).toBe(`image ${IMAGE.id}\n`);
  expect(await kindOf(job.id)).toBe(`job ${job.id}\n`);
  expect(await kindOf("web", "--type", "job")).toBe("");
  expect((await forkd(daemon.url, "inspect", "forkd-child-7")).stdout).toContain('"type":"netns"');
  expect(await forkd(daemon.url, "inspect", "ci", "--type", "token")).toMatchObject({
    stdout: "",
    status: 1,
  });
  const { stderr, status } = await forkd(daemon.url, "inspect", "nope");
  expect({ stderr, status }).toEqual({
    status: 3,
    stderr:
      "error: there is no sandbox, snapshot, image, job, token, tenant, webhook or network namespace nope\n" +
      "  why: not_found\n" +
      "  try: list them: forkd ps, forkd images, forkd jobs\n",
  });
});

test.each([
  { args: ["ps", "--watch"], shown: "SANDBOX", others: [] },
  {
    args: ["images", "--snapshots", "--watch", "--filter", "tag=half"],
    shown: "SNAPSHOT",
    others: ["PACKAGES", "py"],
  },
])("$args shows the table again and again, until it is interrupted", async ({ args, shown, others }) => {
  await using daemon = await serveRoutes(ROUTES);
  const child = startForkd(daemon.url, args);
  const ended = finish(child);
  await expect.poll(() => daemon.requests.length, { timeout: 30_000 }).toBeGreaterThan(1);
  child.kill("SIGINT");
  const { stdout, status } = await ended;
  expect(stdout.split(shown).length).toBeGreaterThan(2);
  expect(others.filter((other) => stdout.includes(other))).toEqual([]);
  expect(status).toBe(130);
});
