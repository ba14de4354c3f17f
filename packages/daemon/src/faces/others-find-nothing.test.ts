import { ROUTES, createSandboxId, createSnapshotId } from "@forkd/contract";
import type { Route } from "@forkd/contract";
import { NEVER } from "@forkd/core";
import { expect, test } from "vitest";
import { addSuspended, serveTenants } from "../../test/tenant-fixture.ts";
import { SERVED_CALLS } from "./e2b/control/control.ts";

/** What things are called: those that are acme's, or others that nobody has. */
interface Names {
  readonly id: string;
  readonly name: string;
  readonly tag: string;
  readonly job: string;
}

const NOBODYS: Names = {
  id: createSandboxId(),
  name: "qqqq",
  tag: "acme..qz",
  job: "job_0000000000000000",
};

/** One of each kind that is acme's. */
async function fill({ services }: Awaited<ReturnType<typeof serveTenants>>): Promise<Names> {
  const acme = { name: "acme", tenant: "acme" };
  const { id } = addSuspended(services, {
    tenant: "acme",
    name: "wwww",
    isWorkspace: true,
    snapshotTag: "acme..py",
  });
  services.claims.tags.take("acme..py", "being written").announce({ memoryMib: 256, vcpus: 1 });
  const options = { signal: NEVER, onProgress: () => {} };
  const work = (): Promise<void> => new Promise(() => {});
  const { id: job } = services.jobs.start({ kind: "buildImage", subject: "acme..py" }, acme, options, work);
  const told = { type: "snapshot.created", tag: "acme..py", id: createSnapshotId(), build_ms: 1 } as const;
  services.events.emit(told, acme);
  return { id, name: "wwww", tag: "acme..py", job };
}

/** Bodies that their schemas take; of others an empty one will do. */
const bodiesOf = ({ tag }: Names): Readonly<Record<string, object>> => ({
  createSandboxes: { snapshot_tag: tag },
  createGroup: { link: "mine", members: [{ name: "mine", snapshot_tag: tag }] },
  createWorkspace: { snapshot_tag: tag, name: "mine" },
  createSnapshot: { tag: "other..x", image: "x" },
  compactSnapshot: { to: "other..x" },
  exec: { args: ["true"] },
  eval: { code: "1" },
  updateSandbox: { name: "mine" },
  makeDirectory: { path: "/x" },
  signFileUrl: { path: "/x", access: "read" },
  updateFile: { path: "/x", mode: "644" },
  moveFile: { from: "/x", to: "/y" },
  createContext: { language: "python" },
  signalProcess: { signal: "SIGTERM" },
  resizeTerminal: { cols: 80, rows: 24 },
  createToken: { name: "mine" },
  buildImage: { name: "other..x", recipe: { packages: [] } },
  packSnapshot: { output: "/x" },
  pushSnapshot: { reference: "localhost/x" },
  pullSnapshot: { source: "/x" },
});

function fillPath(path: string, names: Names): string {
  const kinds: Readonly<Record<string, string>> = {
    id: path.includes("/jobs/") ? names.job : names.id,
    sandboxID: names.id,
    templateID: names.tag,
    tag: names.tag,
    image: names.tag,
    name: path.includes("/workspaces/") ? names.name : "acme",
    pid: "1",
    port: "80",
    context: "python",
  };
  const filled = path.replaceAll(/:(\w+)/g, (_, part: string) => kinds[part] ?? part);
  const query = path.includes("/files") ? "?path=/x" : path.endsWith("/events") ? "?follow=false" : "";
  return filled + query;
}

type Request = readonly [method: string, path: string, body: object | undefined];

function listRequests(names: Names): Map<string, Request> {
  const bodies = bodiesOf(names);
  const routes = Object.entries<Route>(ROUTES).map(([name, { method, path, body }]) => {
    const sent = body === undefined || body === "bytes" ? undefined : (bodies[name] ?? {});
    return [name, [method, fillPath(path, names), sent]] as const;
  });
  const e2b = SERVED_CALLS.flatMap(({ method, paths, body }) =>
    paths.map((path) => {
      const sent = body && { templateID: names.tag, timeout: 60, count: 1, duration: 60, name: "other..x" };
      return [`e2b ${method} ${path}`, [method, fillPath(path, names), fitE2b(path, sent)]] as const;
    }),
  );
  const port = ["port", ["GET", `/v1/sandboxes/${names.id}/ports/80/proxy/`, undefined]] as const;
  return new Map<string, Request>([...routes, ...e2b, port]);
}

/** Their schemas refuse what they do not know. */
function fitE2b(path: string, body: Readonly<Record<string, unknown>> | undefined): object | undefined {
  if (body === undefined) return undefined;
  const last = path.split("/").at(-1) ?? "";
  const fields: Readonly<Record<string, readonly string[]>> = {
    sandboxes: ["templateID", "timeout"],
    timeout: ["timeout"],
    connect: ["timeout"],
    resume: ["timeout"],
    refreshes: ["duration"],
    fork: ["count", "timeout"],
    snapshots: ["name"],
  };
  return Object.fromEntries((fields[last] ?? []).map((field) => [field, body[field]]));
}

/** They tell of what the one who asks has asked for, by the names that were asked for. */
const TELLING = new Set(["listJobs", "watchEvents"]);

const LISTS = [
  { path: "/v1/sandboxes", has: "id" },
  { path: "/v1/workspaces", has: "name" },
  { path: "/v1/snapshots", has: "tag" },
  { path: "/v1/jobs", has: "job" },
  { path: "/v1/events?follow=false", has: "tag" },
  { path: "/v1/tree", has: undefined },
  { path: "/v2/sandboxes", has: "id" },
  { path: "/templates", has: "tag" },
] as const;

test.each(LISTS)(
  "$path lists what is its caller's tenant's, and nothing of another",
  async ({ path, has }) => {
    await using daemon = await serveTenants();
    const acmes = await fill(daemon);
    const { status, text } = await daemon.ask("other", "GET", path);
    expect(status).toBe(200);
    for (const name of Object.values(acmes)) expect(text).not.toContain(name);
    if (has === undefined) return;
    for (const who of ["acme", "everything"] as const)
      expect((await daemon.ask(who, "GET", path)).text).toContain(acmes[has]);
  },
);

test("whatever one of another tenant asks for is as if it were not there", { timeout: 60_000 }, async () => {
  await using daemon = await serveTenants();
  const acmes = await fill(daemon);
  const mask = (text: string): string =>
    [acmes, NOBODYS]
      .flatMap((names) => Object.entries(names))
      .reduce((masked, [kind, name]) => masked.replaceAll(name as string, kind), text);
  const ask = async ([method, path, body]: Request) => {
    const headers = { "content-type": "application/json" };
    const init = body && { body: JSON.stringify(body), headers };
    const { status, text } = await daemon.ask("other", method, path, init);
    return { status, text: mask(text) };
  };
  const nobodys = listRequests(NOBODYS);
  const requests = [...listRequests(acmes)].filter(([name]) => !TELLING.has(name));
  for (const [name, request] of requests) {
    const found = await ask(request);
    expect.soft({ name, ...found }).toEqual({ name, ...(await ask(nobodys.get(name)!)) });
    expect.soft(`${name}: ${found.status}`).not.toMatch(/: (400|500)$/);
  }
  const { text } = await daemon.ask("acme", "GET", `/v1/sandboxes/${acmes.name}`);
  expect(text).toContain(acmes.id);
});

test("what is nobody's can be looked at by a tenant and not changed, and what a tenant makes has its name", async () => {
  await using daemon = await serveTenants();
  daemon.services.claims.tags.take("py", "being written").announce({ memoryMib: 256, vcpus: 1 });
  const headers = { "content-type": "application/json" };
  const make = (tag: string) => ({ headers, body: JSON.stringify({ tag, image: "none" }) });
  const { ask } = daemon;
  expect(await ask("acme", "GET", "/v1/snapshots/py")).toMatchObject({ status: 200 });
  expect(await ask("acme", "DELETE", "/v1/snapshots/py")).toMatchObject({ status: 403 });
  const refused = await ask("acme", "POST", "/v1/snapshots", make("mine"));
  expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("acme..") as string });
  expect(await ask("acme", "POST", "/v1/snapshots", make("acme..mine"))).toMatchObject({ status: 404 });
});

test("two tenants' machines may have one name, which leads each to its own", async () => {
  await using daemon = await serveTenants();
  const [acmes, others] = ["acme", "other"].map((tenant) =>
    addSuspended(daemon.services, { tenant, name: "web" }),
  );
  expect((await daemon.ask("acme", "GET", "/v1/sandboxes/web")).text).toContain(acmes!.id);
  expect((await daemon.ask("other", "GET", "/v1/sandboxes/web")).text).toContain(others!.id);
  expect((await daemon.ask("everything", "GET", "/v1/sandboxes/web")).status).toBe(404);
  expect((await daemon.ask("other", "DELETE", "/v1/sandboxes")).text).toContain(others!.id);
  expect(daemon.services.registry.list()).toHaveLength(1);
});

test("a token of a tenant is none for the daemon", async () => {
  await using daemon = await serveTenants();
  const paths = ["/metrics", "/v1/doctor", "/v1/netns"];
  const answers = await Promise.all(paths.map((path) => daemon.ask("acme", "GET", path)));
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
});
