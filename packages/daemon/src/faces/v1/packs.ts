import type { packRoutes } from "@forkd/contract";
import type { Handlers } from "../../http/handler.ts";
import type { Services } from "../../services.ts";

/** Snapshots in files and registries. */
export function createPackHandlers({ operations }: Services): Handlers<keyof typeof packRoutes> {
  return {
    packSnapshot: async (call) => {
      const order = { tag: call.params.tag, request: call.body };
      const { logicalBytes, packedBytes, ...info } = await operations.packSnapshot(call.caller, order, call);
      return { ...info, logical_bytes: logicalBytes, packed_bytes: packedBytes };
    },
    pushSnapshot: async (call) => {
      const order = { tag: call.params.tag, request: call.body };
      const { blobsSent, bytesSent, ...info } = await operations.pushSnapshot(call.caller, order, call);
      return { ...info, blobs_sent: blobsSent, bytes_sent: bytesSent };
    },
    pullSnapshot: async (call) => {
      const pulled = await operations.pullSnapshot(call.caller, call.body, call);
      const { signedBy, bytesReceived, ...info } = pulled;
      return { ...info, signed_by: signedBy, bytes_received: bytesReceived };
    },
  };
}
