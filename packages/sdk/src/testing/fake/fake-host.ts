import type { SandboxForkRequest, SandboxInfo, SandboxUpdate } from "../../api.gen.ts";
import { FakeFiles } from "./fake-files.ts";
import type { FakeHandlers } from "./fake-operation.ts";
import { forkFake } from "./fake-sandbox.ts";
import type { FakeSandbox } from "./fake-sandbox.ts";
import { describeBranch, describeSnapshot } from "./fake-snapshot.ts";
import type { FakeSnapshot } from "./fake-snapshot.ts";
import { refusal } from "./refusal.ts";

/** The snapshots and sandboxes that there would be, in memory. */
export class FakeHost {
  readonly #snapshots = new Map<string, FakeSnapshot>();
  readonly #sandboxes = new Map<string, FakeSandbox>();
  #count = 0;

  addSnapshot(tag: string, files = new FakeFiles(), source?: SandboxInfo): FakeSnapshot {
    if (this.#snapshots.has(tag)) throw refusal(409, "snapshot_exists", `there is a snapshot ${tag} already`);
    const info = describeSnapshot(
      tag,
      this.#newId("sn"),
      source ? { branchedFrom: source.id, pauseMs: 0 } : {},
    );
    const snapshot = { info, files: new FakeFiles(files) };
    this.#snapshots.set(tag, snapshot);
    return snapshot;
  }

  /** By its id or its name. Throws `sandbox_not_found`. */
  find(reference: string): FakeSandbox {
    const all = [...this.#sandboxes.values()];
    const found = all.find(({ info }) => info.id === reference || info.name === reference);
    if (found === undefined) throw refusal(404, "sandbox_not_found", `there is no sandbox ${reference}`);
    return found;
  }

  /** What is answered about them. */
  answers(): FakeHandlers {
    return {
      health: () => ({ ok: true }),
      version: () => ({ version: "0.0.0", api: "v1", pid: 1 }),
      listSnapshots: () => [...this.#snapshots.values()].map(({ info }) => info),
      getSnapshot: ({ params }) => this.#findSnapshot(params["tag"]!).info,
      deleteSnapshot: ({ params }) => {
        const { tag } = this.#findSnapshot(params["tag"]!).info;
        this.#snapshots.delete(tag);
        return { removed: [tag] };
      },
      createSandboxes: ({ body }) => this.#fork(this.#findSnapshot(body.snapshotTag), body),
      createGroup: ({ body: { link, members } }) =>
        members.flatMap(({ egress = "deny", ...member }) => {
          const network = { mode: "netns" as const, egress, link };
          return this.#fork(this.#findSnapshot(member.snapshotTag), { ...member, network });
        }),
      forkSandbox: ({ params, body }) => {
        const { info, files } = this.find(params["id"]!);
        const { info: snapshot } = this.#findSnapshot(info.snapshotTag);
        return this.#fork({ info: snapshot, files }, body);
      },
      branchSandbox: ({ params, body }) => {
        const source = this.find(params["id"]!);
        const snapshot = this.addSnapshot(body.tag ?? this.#newId("branch"), source.files, source.info);
        return describeBranch(snapshot.info, source.info);
      },
      listSandboxes: ({ query }) => this.#list(query),
      getSandbox: ({ params }) => this.find(params["id"]!).info,
      updateSandbox: ({ params, body }) => update(this.find(params["id"]!), body),
      pauseSandbox: ({ params }) => become(this.find(params["id"]!), "paused"),
      suspendSandbox: ({ params }) => become(this.find(params["id"]!), "suspended"),
      resumeSandbox: ({ params }) => become(this.find(params["id"]!), "running"),
      killSandbox: ({ params }) => {
        this.#sandboxes.delete(this.find(params["id"]!).info.id);
        return {};
      },
      killSandboxes: ({ query }) => {
        const killed = this.#list(query).map(({ id }) => id);
        for (const id of killed) this.#sandboxes.delete(id);
        return { killed };
      },
    };
  }

  #list(query: Readonly<Record<string, string>>): SandboxInfo[] {
    const { tag, name, status, label } = query;
    return [...this.#sandboxes.values()]
      .map(({ info }) => info)
      .filter((info) => tag === undefined || info.snapshotTag === tag)
      .filter((info) => name === undefined || info.name === name)
      .filter((info) => status === undefined || info.status === status)
      .filter((info) => label === undefined || hasLabel(info, label));
  }

  #fork(snapshot: FakeSnapshot, asked: SandboxForkRequest): SandboxInfo[] {
    return Array.from({ length: asked.n ?? 1 }, (_, childIndex) => {
      const child = forkFake(snapshot, asked, { id: this.#newId("sb"), childIndex });
      this.#sandboxes.set(child.info.id, child);
      return child.info;
    });
  }

  #findSnapshot(tag: string): FakeSnapshot {
    const found = this.#snapshots.get(tag);
    if (found === undefined) throw refusal(404, "snapshot_not_found", `there is no snapshot ${tag}`);
    return found;
  }

  #newId(prefix: string): string {
    this.#count += 1;
    return `${prefix}_${String(this.#count).padStart(16, "0")}`;
  }
}

function hasLabel({ labels }: SandboxInfo, filter: string): boolean {
  const [, key = "", , value] = /^([^=]*)(=(.*))?$/s.exec(filter) ?? [];
  return value === undefined ? key in labels : labels[key] === value;
}

function become(sandbox: FakeSandbox, status: SandboxInfo["status"]): SandboxInfo {
  sandbox.info = { ...sandbox.info, status };
  return sandbox.info;
}

function update(sandbox: FakeSandbox, { name, labels, ttlSecs }: SandboxUpdate): SandboxInfo {
  const { info } = sandbox;
  const changed = Object.entries({ ...(labels === null ? {} : info.labels), ...labels });
  const kept = changed.filter((pair): pair is [string, string] => pair[1] !== null);
  const expiry = ttlSecs === null ? null : Math.floor(Date.now() / 1000) + (ttlSecs ?? 0);
  sandbox.info = {
    ...info,
    name: name === undefined ? info.name : name,
    labels: Object.fromEntries(kept),
    expiresAtUnix: ttlSecs === undefined ? info.expiresAtUnix : expiry,
  };
  return sandbox.info;
}
