import type { Job } from "./api.gen.ts";
import type { Connection } from "./connection.ts";
import type { CallOptions, PageOptions } from "./options.ts";
import type { Events } from "./events.ts";

/** Jobs: work of the daemon that takes a while. Those that ended stay listed for ten minutes. */
export class Jobs {
  readonly #connection: Connection;
  readonly #events: Events;

  constructor(connection: Connection, events: Events) {
    this.#connection = connection;
    this.#events = events;
  }

  /** All jobs, those that ended lately too. */
  list(options: CallOptions = {}): Promise<readonly Job[]> {
    return this.#connection.call("listJobs", {}, options);
  }

  /** The same in pages, the oldest first: see {@link Sandboxes.pages}. */
  pages(options: PageOptions = {}): AsyncGenerator<readonly Job[], void, undefined> {
    return this.#connection.pages("listJobs", options);
  }

  /** One job. Throws `job_not_found`. */
  get(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#connection.call("getJob", { params: { id } }, options);
  }

  /** Cancels a job, and resolves once what it had begun is undone. Throws `job_not_found`. */
  cancel(id: string, options: CallOptions = {}): Promise<Job> {
    return this.#connection.call("cancelJob", { params: { id } }, options);
  }

  /**
   * Every job as it is now, and then each change of one, without an end. Ending the iteration closes the connection.
   *
   * @example for await (const { id, status } of forkd.jobs.watch()) console.log(id, status);
   */
  async *watch(options: CallOptions = {}): AsyncGenerator<Job, void, undefined> {
    const ended = new Set<string>();
    for await (const line of this.#events.lines({ types: ["job"] }, true, options)) {
      if (line.type === "stream.opened") {
        // What changes from here on comes in this stream, so that nothing is missed; some of it is older than the list.
        const jobs = await this.list(options);
        for (const { id, status } of jobs) if (status !== "running") ended.add(id);
        yield* jobs;
      } else if ("job" in line && !ended.has(line.job.id)) yield line.job;
    }
  }
}
