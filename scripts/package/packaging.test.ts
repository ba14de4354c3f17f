import { spawnSync } from "node:child_process";
import { readFile, mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { DAEMON_SETTINGS } from "@forkd/contract/daemon-settings";

const PACKAGING = resolve(import.meta.dirname, "../../packaging");
/** What the guide says, in tenths. */
const MOST_EXPOSED = 68;

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!hasSystemd)(
  "systemd takes the unit, and finds it no more exposed than the guide says",
  async () => {
    await using place = await mkdtempDisposable(join(tmpdir(), "forkd-unit-"));
    const unit = join(place.path, "forkd.service");
    const text = await readFile(join(PACKAGING, "systemd/forkd.service"), "utf8");
    // What it starts, and its manual, are on no machine that builds the package.
    await writeFile(
      unit,
      text.replace("/usr/lib/forkd/node", "/bin/true").replace(/^Documentation=.*\n/m, ""),
    );
    const verified = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
    expect(verified.stderr.split("\n").filter((line) => line.includes("forkd.service"))).toEqual([]);
    expect(verified.status).toBe(0);
    const args = ["security", "--offline=true", "--no-pager", `--threshold=${MOST_EXPOSED}`, unit];
    const { status, stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    expect({ status, said: stdout.split("\n").at(-2) }).toMatchObject({ status: 0 });
  },
);

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly targetPort: string }[];
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: Pod };
  };
}

interface Pod {
  readonly containers: readonly [
    {
      readonly env: readonly { readonly name: string; readonly value: string }[];
      readonly ports: readonly { readonly name: string }[];
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    },
  ];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

test("the parts of the Kubernetes manifest fit each other, and the daemon", async () => {
  const text = await readFile(join(PACKAGING, "kubernetes/forkd.yaml"), "utf8");
  const manifests = parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
  expect(manifests.map(({ kind }) => kind)).toEqual(["Namespace", "Secret", "Service", "DaemonSet"]);
  const [, secret, service, daemons] = manifests;
  expect(manifests.slice(1).map(({ metadata }) => metadata.namespace)).toEqual(["forkd", "forkd", "forkd"]);
  // As the daemon knows a placeholder.
  expect(secret?.stringData?.["token"]).toMatch(/^REPLACE_ME/);

  const { metadata, spec: pod } = daemons!.spec!.template;
  expect(metadata.labels).toMatchObject(service!.spec!.selector);
  const [{ env, ports, volumeMounts }] = pod.containers;
  expect(ports.map(({ name }) => name)).toEqual(service!.spec!.ports.map(({ targetPort }) => targetPort));
  expect(volumeMounts.map(({ name }) => name)).toEqual(pod.volumes.map(({ name }) => name));
  expect(pod.volumes.find(({ name }) => name === "token")?.secret?.secretName).toBe(secret!.metadata.name);
  const known = Object.values(DAEMON_SETTINGS).map(({ variable }) => variable as string);
  expect(env.filter(({ name }) => !known.includes(name))).toEqual([]);
  const places = volumeMounts.map(({ mountPath }) => `${mountPath}/`);
  const files = env.map(({ value }) => value).filter((value) => value.startsWith("/"));
  expect(files.filter((file) => !places.some((place) => file.startsWith(place)))).toEqual([]);
});
