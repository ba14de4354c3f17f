import { GitAuthError, GitUpstreamError, Sandbox } from "e2b";
import { isForkdApiError } from "@forkd/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startForE2b } from "../harness/e2b.ts";
import type { E2bDaemon } from "../harness/e2b.ts";
import { removeSnapshot } from "../harness/remove-snapshots.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const IMAGE = "test-git";
const TAG = "e2b-git";
const MEMORY_MIB = 256;
const PORT = 8000;
const BUILD_TIMEOUT_MS = 600_000;

/** Repositories below /srv, for one user with one password. */
const SERVER = `
import base64, http.server
WANTED = "Basic " + base64.b64encode(b"ann:right").decode()
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.headers.get("Authorization") == WANTED:
            return super().do_GET()
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()
http.server.ThreadingHTTPServer(("127.0.0.1", ${PORT}), Handler).serve_forever()
`;
const PATIENT = { timeoutMs: 0, requestTimeoutMs: 0 };
const AUTHOR = { authorName: "Ann", authorEmail: "ann@example.com" };

const hasImage = await buildImage();

/** Whether there is an image with git, which is built once. */
async function buildImage(): Promise<boolean> {
  await using daemon = await TestDaemon.start();
  try {
    await daemon.forkd.images.build({ name: IMAGE, recipe: { packages: ["git", "python3"] } });
    return true;
  } catch (error) {
    const isCutOff = /failed to fetch|could not (connect|resolve)|temporary failure/i;
    if (isForkdApiError(error) && isCutOff.test(JSON.stringify(error.details))) return false;
    throw error;
  }
}

describe.skipIf(!hasImage)(
  "git by E2B's client (left out where Debian's package of it cannot be downloaded)",
  () => {
    let e2b: E2bDaemon;
    let sandbox: Sandbox;

    beforeAll(async () => {
      e2b = await startForE2b("e2b-git");
      const { forkd } = e2b.daemon;
      await removeSnapshot(forkd, TAG);
      await forkd.snapshots.create({ tag: TAG, image: IMAGE, memoryMib: MEMORY_MIB });
      sandbox = await Sandbox.create(TAG, { ...e2b.options, timeoutMs: 3_600_000 });
    }, BUILD_TIMEOUT_MS);
    afterAll(async () => {
      await sandbox?.kill();
      await removeSnapshot(e2b.daemon.forkd, TAG);
      await e2b[Symbol.asyncDispose]();
    });

    test("a repository is made, filled and committed to, and its state is told", async () => {
      const { git, files } = sandbox;
      await git.init("/root/work", { initialBranch: "main", ...PATIENT });
      await files.write("/root/work/one.txt", "1\n");
      const untracked = await git.status("/root/work", PATIENT);
      expect(untracked).toMatchObject({ currentBranch: "main", isClean: false, hasUntracked: true });
      expect(untracked.fileStatus).toMatchObject([{ name: "one.txt", status: "untracked", staged: false }]);
      await git.add("/root/work", PATIENT);
      expect(await git.status("/root/work", PATIENT)).toMatchObject({ hasStaged: true, stagedCount: 1 });
      await git.commit("/root/work", "The first", { ...AUTHOR, ...PATIENT });
      expect(await git.status("/root/work", PATIENT)).toMatchObject({ isClean: true, totalCount: 0 });
      const log = await sandbox.commands.run("git -C /root/work log --format='%s by %an <%ae>'");
      expect(log.stdout).toBe("The first by Ann <ann@example.com>\n");
    });

    test("branches are made, told of, changed to and deleted", async () => {
      const { git, files } = sandbox;
      await git.createBranch("/root/work", "other", PATIENT);
      expect(await git.branches("/root/work", PATIENT)).toEqual({
        branches: ["main", "other"],
        currentBranch: "other",
      });
      await files.write("/root/work/two.txt", "2\n");
      await git.add("/root/work", { files: ["two.txt"], ...PATIENT });
      await git.commit("/root/work", "The second", { ...AUTHOR, ...PATIENT });
      await git.checkoutBranch("/root/work", "main", PATIENT);
      expect(await files.exists("/root/work/two.txt")).toBe(false);
      await expect(git.deleteBranch("/root/work", "other", PATIENT)).rejects.toMatchObject({
        stderr: expect.stringContaining("not fully merged") as string,
      });
      await git.deleteBranch("/root/work", "other", { force: true, ...PATIENT });
      expect((await git.branches("/root/work", PATIENT)).branches).toEqual(["main"]);
    });

    test("a repository of the guest is cloned, pushed to and pulled from", async () => {
      const { git, files } = sandbox;
      await git.init("/srv/origin.git", { bare: true, initialBranch: "main", ...PATIENT });
      await git.remoteAdd("/root/work", "origin", "/srv/origin.git", PATIENT);
      expect(await git.remoteGet("/root/work", "origin", PATIENT)).toBe("/srv/origin.git");
      const unset = git.push("/root/work", { setUpstream: false, ...PATIENT });
      await expect(unset).rejects.toThrow(GitUpstreamError);
      await git.push("/root/work", { remote: "origin", branch: "main", ...PATIENT });
      await git.clone("/srv/origin.git", { path: "/root/clone", ...PATIENT });
      expect(await files.read("/root/clone/one.txt")).toBe("1\n");
      await files.write("/root/work/three.txt", "3\n");
      await git.add("/root/work", PATIENT);
      await git.commit("/root/work", "The third", { ...AUTHOR, ...PATIENT });
      await git.push("/root/work", { remote: "origin", branch: "main", ...PATIENT });
      await git.pull("/root/clone", PATIENT);
      expect(await files.read("/root/clone/three.txt")).toBe("3\n");
    });

    test("a repository behind a password is cloned with it, and without it that is what the error says", async () => {
      const { commands, files, git } = sandbox;
      await files.write("/root/server.py", SERVER);
      await commands.run("git -C /srv/origin.git update-server-info", PATIENT);
      const server = await commands.run("cd /srv && exec python3 /root/server.py", {
        background: true,
        ...PATIENT,
      });
      await e2b.daemon.forkd.sandboxes.at(sandbox.sandboxId).waitForPort(PORT);
      const url = `http://127.0.0.1:${PORT}/origin.git`;
      for (const given of [{}, { username: "ann", password: "wrong" }])
        await expect(git.clone(url, { path: "/root/refused", ...given, ...PATIENT })).rejects.toThrow(
          GitAuthError,
        );
      expect(await files.exists("/root/refused")).toBe(false);
      const right = { username: "ann", password: "right" };
      await git.clone(url, { path: "/root/allowed", ...right, ...PATIENT });
      expect(await files.read("/root/allowed/one.txt")).toBe("1\n");
      expect(await git.remoteGet("/root/allowed", "origin", PATIENT)).toBe(url);
      await server.kill();
    });
  },
);
