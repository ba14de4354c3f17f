import { ForkdError, createJobId, toForkdError } from "@forkd/contract";
import type { Job, JobId } from "@forkd/contract";
import type { ProgressOptions } from "../ports/options.ts";

/** How long an ended job is still listed, and how many of them at most. */
const ENDED_KEPT_MS = 600_000;
const ENDED_KEPT_MAX = 200;

/** What a job is called. */
export interface JobName {
  /** The operation of the API. */
  readonly kind: string;
  /** What it works on: a tag, an image or a sandbox. */
  readonly subject: string;
}

interface Entry {
  state: Job;
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** A job that was started: its id, and what its work gives. */
export interface StartedJob<Result> {
  readonly id: JobId;
  readonly result: Promise<Result>;
}

/** Work that takes a while, so that it can be seen and cancelled by others than who asked for it. */
export class JobRegistry {
  readonly #entries = new Map<JobId, Entry>();
  readonly #watchers = new Set<(job: Job) => void>();
  #isClosed = false;

  /**
   * Runs `work` as a job. It is aborted when the caller's signal is or the job is cancelled. A job whose caller may
   * leave is started with a signal that never aborts. Throws `cancelled` once the registry is closed.
   */
  start<Result>(
    name: JobName,
    signal: AbortSignal,
    work: (options: ProgressOptions, id: JobId) => Promise<Result>,
  ): StartedJob<Result> {
    if (this.#isClosed) throw new ForkdError("cancelled", { stage: "stopping the daemon" });
    const id = createJobId();
    const abort = new AbortController();
    const options: ProgressOptions = {
      signal: AbortSignal.any([signal, abort.signal]),
      onProgress: (progress) => this.#change(id, { progress: { ...progress } }),
    };
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#entries.set(id, { state: newJob(id, name), abort, ended });
    this.#tell(id);
    const result = work(options, id).then(
      (value) => {
        this.#end(id, { status: "done" });
        return value;
      },
      (cause: unknown) => {
        const error = toForkdError(cause);
        const status = error.code === "cancelled" || options.signal.aborted ? "cancelled" : "failed";
        const { details: _, ...told } = error.toWire();
        this.#end(id, { status, error: told });
        throw cause;
      },
    );
    void result.then(
      () => end(),
      () => end(),
    );
    return { id, result };
  }

  list(): Job[] {
    return Array.from(this.#entries.values(), ({ state }) => state);
  }

  /** Throws `job_not_found`. */
  get(id: JobId): Job {
    return this.#find(id).state;
  }

  /** Aborts a job and waits until what it had begun is undone. One that has ended stays as it is. */
  async cancel(id: JobId): Promise<Job> {
    const entry = this.#find(id);
    entry.abort.abort();
    await entry.ended;
    return entry.state;
  }

  /** Calls back for every job now, and for each change of one, until it is disposed of. */
  watch(onChange: (job: Job) => void): Disposable {
    this.list().forEach(onChange);
    this.#watchers.add(onChange);
    return { [Symbol.dispose]: () => void this.#watchers.delete(onChange) };
  }

  /** Takes no more work, cancels what is under way, and waits until it is undone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#entries.keys(), (id) => this.cancel(id)));
  }

  #find(id: JobId): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new ForkdError("job_not_found", { id });
    return entry;
  }

  #end(id: JobId, change: Pick<Job, "status"> & Partial<Job>): void {
    this.#change(id, { ...change, ended_at_unix: now() });
    setTimeout(() => this.#entries.delete(id), ENDED_KEPT_MS).unref();
    const ended = this.list().filter(({ status }) => status !== "running");
    for (const job of ended.slice(0, -ENDED_KEPT_MAX)) this.#entries.delete(job.id);
  }

  #change(id: JobId, change: Partial<Job>): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.state.status !== "running") return;
    entry.state = { ...entry.state, ...change };
    this.#tell(id);
  }

  #tell(id: JobId): void {
    const entry = this.#entries.get(id);
    if (entry) for (const onChange of this.#watchers) onChange(entry.state);
  }
}

function newJob(id: JobId, { kind, subject }: JobName): Job {
  return {
    id,
    kind,
    subject,
    status: "running",
    started_at_unix: now(),
    ended_at_unix: null,
    progress: null,
    error: null,
  };
}

const now = (): number => Math.floor(Date.now() / 1000);
