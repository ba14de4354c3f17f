import { expect, test } from "vitest";
import { useChild } from "../harness/one-child.ts";
import { PARENT } from "../harness/parent.ts";

const used = useChild();

test("a workspace is a sandbox that goes to the disk and comes back, by its name", async () => {
  const { workspaces, sandboxes } = used.daemon.forkd;
  const made = await workspaces.create({
    name: "notes",
    snapshotTag: PARENT,
    env: { PLACE: "here" },
    publish: [{ port: 7000 }],
  });
  expect(made).toMatchObject({
    name: "notes",
    sourceSnapshotTag: PARENT,
    status: "running",
    liveSandboxId: made.id,
    currentStateTag: null,
  });
  await expect(workspaces.create({ name: "notes", snapshotTag: PARENT })).rejects.toMatchObject({
    code: "name_taken",
  });
  const sandbox = await sandboxes.get("notes");
  expect(sandbox.info).toMatchObject({
    id: made.id,
    expiresAtUnix: null,
    onTimeout: "suspend",
    onIdle: "suspend",
    publishedPorts: [{ port: 7000 }],
  });
  await sandbox.eval("remembered = 12345", { mode: "run" });
  for (let time = 0; time < 2; time++) {
    expect(await workspaces.suspend("notes")).toMatchObject({ status: "suspended", liveSandboxId: null });
    expect(await workspaces.get("notes")).toMatchObject({ id: made.id, status: "suspended" });
    expect(await workspaces.resume("notes")).toMatchObject({ status: "running", liveSandboxId: made.id });
  }
  await workspaces.suspend("notes");
  await used.daemon.kill();
  await used.daemon.start();
  expect(await workspaces.list()).toMatchObject([{ name: "notes", status: "suspended" }]);
  expect(await sandbox.eval("remembered")).toMatchObject({ result: "12345" });
  expect((await sandbox.run("echo $PLACE")).stdout).toBe("here\n");
  await workspaces.delete("notes");
  await expect(workspaces.get("notes")).rejects.toMatchObject({ code: "workspace_not_found" });
});

test("a sandbox is no workspace for having a name", async () => {
  const { workspaces } = used.daemon.forkd;
  await used.child.update({ name: "other" });
  expect((await workspaces.list()).map(({ name }) => name)).not.toContain("other");
  for (const attempt of [workspaces.suspend("other"), workspaces.delete("other"), workspaces.get("nobody")])
    await expect(attempt).rejects.toMatchObject({ code: "workspace_not_found", status: 404 });
});
