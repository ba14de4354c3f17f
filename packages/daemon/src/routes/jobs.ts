import { PassThrough } from "node:stream";
import type { jobRoutes } from "@forkd/contract";
import type { Handlers } from "../http/handler.ts";
import type { Services } from "../services.ts";

/** A watcher that does not read is let go of once this much waits for it. */
const UNREAD_LIMIT_BYTES = 1024 * 1024;

/** Work that is under way: see it, follow it, cancel it. */
export function createJobHandlers({ jobs }: Services): Handlers<keyof typeof jobRoutes> {
  return {
    listJobs: async () => jobs.list(),
    getJob: async ({ params: { id } }) => jobs.get(id),
    cancelJob: ({ params: { id } }) => jobs.cancel(id),
    watchJobs: async ({ signal }) => {
      const lines = new PassThrough();
      let isFollowing = false;
      const watch = jobs.watch((job) => {
        if (isFollowing && lines.writableLength > UNREAD_LIMIT_BYTES) lines.destroy();
        else if (lines.writable) lines.write(`${JSON.stringify(job)}\n`);
      });
      isFollowing = lines.writableLength <= UNREAD_LIMIT_BYTES;
      lines.once("drain", () => {
        isFollowing = true;
      });
      signal.addEventListener("abort", () => lines.end(), { once: true });
      lines.once("close", () => watch[Symbol.dispose]());
      return lines;
    },
  };
}
