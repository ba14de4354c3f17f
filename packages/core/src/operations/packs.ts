import type { PackRequest, PullRequest, PushRequest } from "@forkd/contract";
import type { ProgressOptions } from "../ports/options.ts";
import type { NamedKey, PackInfo, PullInfo, PushInfo } from "../ports/packs.ts";
import { describeHost } from "../snapshot/compatibility.ts";
import type { Caller } from "./caller.ts";
import type { OperationPorts } from "./ports.ts";

/** The index of the reference, whose packs this engine refuses; a user of an index of their own names it. */
const DEFAULT_INDEX = "https://raw.githubusercontent.com/deeplethe/forkd/main/registry.json";

/** Snapshots in files and registries. */
export function createPackOperations({ packs, engine, events, readKey, packLimitBytes }: OperationPorts) {
  const readSigner = async (key: string | NamedKey | null) => (key === null ? null : await readKey(key));
  return {
    async packSnapshot(
      caller: Caller,
      { tag: reference, request }: { readonly tag: string; readonly request: PackRequest },
      options: ProgressOptions,
    ): Promise<PackInfo> {
      const order = { ...request, sign: await readSigner(request.sign) };
      const info = await packs.pack(reference, order, options);
      const { tag, id, path, digest } = info;
      events.emit({ type: "snapshot.packed", tag, id, path, digest }, caller);
      return info;
    },

    async pushSnapshot(
      caller: Caller,
      { tag, request }: { readonly tag: string; readonly request: PushRequest },
      options: ProgressOptions,
    ): Promise<PushInfo> {
      const { plain_http: plainHttp, ...rest } = request;
      const order = { ...rest, plainHttp, sign: await readSigner(request.sign) };
      const info = await packs.push(tag, order, options);
      const { reference, digest } = info;
      events.emit({ type: "snapshot.pushed", tag, reference, digest }, caller);
      return info;
    },

    async pullSnapshot(caller: Caller, request: PullRequest, options: ProgressOptions): Promise<PullInfo> {
      const { plain_http: plainHttp, require_signature, index, ...rest } = request;
      const requireSignature = await Promise.all(require_signature.map(readKey));
      const rules = {
        host: await describeHost(engine, options),
        requireSignature,
        limitBytes: packLimitBytes,
      };
      const order = { ...rest, ...rules, plainHttp, indexUrl: index ?? DEFAULT_INDEX };
      const info = await packs.pull(order, options);
      const { tag, id, source, digest } = info;
      events.emit({ type: "snapshot.pulled", tag, id, source, digest }, caller);
      return info;
    },
  };
}
