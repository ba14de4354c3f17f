import { execFile } from "node:child_process";
import { cp, mkdtempDisposable, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PARENT } from "../harness/parent.ts";
import { TestDaemon } from "../harness/test-daemon.ts";

const PACKAGE = resolve(import.meta.dirname, "../../python/forkd");
/** That of the distribution, which has its packages. */
const PYTHON = "/usr/bin/python3";
/** What the package is for. Ubuntu 22.04 has an older one. */
const OLDEST = "3.11";
const TIMEOUT_MS = 400_000;

const run = promisify(execFile);
const isNewEnough = await run(PYTHON, [
  "-c",
  `import sys; sys.exit(sys.version_info < (${OLDEST.replace(".", ", ")}))`,
]).then(
  () => true,
  () => false,
);

const hasBuilder = await run(PYTHON, [
  "-c",
  "from importlib.util import find_spec as find; import sys; sys.exit(not all(map(find, ('pip', 'setuptools', 'wheel'))))",
]).then(
  () => true,
  () => false,
);

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await TestDaemon.start();
});
afterAll(() => daemon[Symbol.asyncDispose]());

test.skipIf(!isNewEnough)(
  `the tests of the Python client pass (left out where ${PYTHON} is older than ${OLDEST})`,
  async () => {
    const env = {
      ...process.env,
      FORKD_URL: "",
      FORKD_SOCKET: daemon.socketPath,
      FORKD_TAG: PARENT,
      FORKD_COMMAND: join(PACKAGE, "../../bin/forkd"),
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const args = [
      "-m",
      "pytest",
      "-q",
      "--no-header",
      "-p",
      "no:cacheprovider",
      "-o",
      "faulthandler_timeout=60",
    ];
    const told = await run(PYTHON, args, { cwd: PACKAGE, env }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({
        stdout: `${stdout}${stderr}`.slice(-20_000),
      }),
    );
    expect(told.stdout).toMatch(/^\d+ passed(?:, \d+ warnings?)? in /m);
  },
  TIMEOUT_MS,
);

test.skipIf(!isNewEnough || !hasBuilder)(
  "a wheel has the modules and their types, and runs where it is installed (left out without pip, setuptools and wheel)",
  async () => {
    await using place = await mkdtempDisposable(join(tmpdir(), "forkd-wheel-"));
    const [source, installed] = [join(place.path, "source"), join(place.path, "installed")];
    await cp(PACKAGE, source, { recursive: true });
    const offline = ["--no-deps", "--no-index", "-q"];
    const pip = (...args: string[]) =>
      run(PYTHON, ["-m", "pip", ...args], {
        cwd: place.path,
        env: { ...process.env, PIP_ROOT_USER_ACTION: "ignore" },
      });
    await pip("wheel", ...offline, "--no-build-isolation", "-w", place.path, source);
    const [wheel = ""] = (await readdir(place.path)).filter((name) => name.endsWith(".whl"));
    await pip("install", ...offline, "--target", installed, join(place.path, wheel));
    expect(await readdir(join(installed, "forkd"))).toEqual(
      expect.arrayContaining(["py.typed", "_sync", "_async"]),
    );
    const program = "import forkd; print(forkd.__version__, forkd.Forkd().version().api)";
    const env = { ...process.env, PYTHONPATH: installed, FORKD_URL: "", FORKD_SOCKET: daemon.socketPath };
    const { stdout } = await run(PYTHON, ["-c", program], { cwd: place.path, env });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+ v1\n$/);
  },
);
