import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandResult } from "../process/run-command.ts";
import { runCommand } from "../process/run-command.ts";
import { requireProgram } from "../process/find-program.ts";
import { readFetchSettings } from "./apt-settings.ts";
import { DEFAULT_MIRROR, findDebianKeyring, listSources } from "./archive.ts";

export interface PrivateAptOptions {
  /** An existing, empty directory for sources, state and downloads. */
  readonly directory: string;
  readonly suite: string;
  readonly mirror?: string | undefined;
  readonly signal: AbortSignal;
}

/** An apt of our own: a Debian suite on any host, as any user. It verifies signatures and installs nothing. */
export interface PrivateApt {
  update(): Promise<CommandResult>;
  /** The records of a package's candidate version as `apt-cache show` prints them; empty when there is none. */
  show(name: string): Promise<string>;
  /** Downloads a package and returns the path of its file. */
  download(name: string): Promise<CommandResult & { path: string | undefined }>;
}

/** Writes the configuration of a private apt. Throws `requirement_missing`. */
export async function createPrivateApt(options: PrivateAptOptions): Promise<PrivateApt> {
  const { directory, signal } = options;
  const apt = await requireProgram("apt-get", "apt");
  const cache = await requireProgram("apt-cache", "apt");
  const env = { APT_CONFIG: await writeConfiguration(options) };
  const downloads = join(directory, "downloads");
  const run = (file: string, args: string[]) => runCommand(file, args, { signal, env, cwd: downloads });
  return {
    update: () => run(apt, ["update"]),
    async show(name) {
      return (await run(cache, ["show", "--no-all-versions", name])).stdout;
    },
    async download(name) {
      const result = await run(apt, ["download", name]);
      const file = (await readdir(downloads)).find((entry) => entry.startsWith(`${name}_`));
      return { ...result, path: file === undefined ? undefined : join(downloads, file) };
    },
  };
}

async function writeConfiguration(options: PrivateAptOptions): Promise<string> {
  const { directory, suite, mirror = DEFAULT_MIRROR, signal } = options;
  const at = (name: string) => join(directory, name);
  const folders = ["downloads", "lists/partial", "archives/partial", "etc/preferences.d", "etc/apt.conf.d"];
  await Promise.all(folders.map((name) => mkdir(at(name), { recursive: true, mode: 0o700 })));
  const sources = listSources(suite, mirror, await findDebianKeyring());
  await writeFile(at("sources.list"), `${sources.join("\n")}\n`);
  const settings = [
    `Dir::Etc "${at("etc")}";`,
    `Dir::Etc::sourcelist "${at("sources.list")}";`,
    `Dir::Etc::sourceparts "/dev/null";`,
    `Dir::Etc::trusted "/dev/null";`,
    `Dir::Etc::trustedparts "/dev/null";`,
    `Dir::State "${directory}";`,
    `Dir::State::lists "${at("lists")}";`,
    `Dir::State::status "/dev/null";`,
    `Dir::Cache "${directory}";`,
    `APT::Architecture "amd64";`,
    `APT::Architectures { "amd64"; };`,
    `APT::Sandbox::User "";`,
    `APT::Update::Error-Mode "any";`,
    `Acquire::Languages "none";`,
    ...(await readFetchSettings({ signal })),
  ];
  await writeFile(at("apt.conf"), `${settings.join("\n")}\n`);
  return at("apt.conf");
}
