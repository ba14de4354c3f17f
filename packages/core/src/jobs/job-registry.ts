import { ForkdError, createJobId, toForkdError } from "@forkd/contract";
import type { EventFacts, Job, JobId } from "@forkd/contract";
import type { EventStream } from "../events/event-stream.ts";
import type { Caller } from "../operations/caller.ts";
import type { ProgressOptions } from "../ports/options.ts";
import { seesSandbox } from "../tenants/sight.ts";
import type { Viewer } from "../tenants/sight.ts";

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

type JobEvent = Extract<EventFacts["type"], `job.${string}`>;

type Asker = Pick<Caller, "name" | "tenant">;

interface Entry {
  state: Job;
  readonly caller: Asker;
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
  readonly #events: EventStream;
  #isClosed = false;

  constructor(events: EventStream) {
    this.#events = events;
  }

  /**
   * Runs `work` as a job, which tells its progress to the caller as well. It is aborted when the caller's signal is or
   * the job is cancelled. A job whose caller may leave is started with a signal that never aborts. Throws `cancelled`
   * once the registry is closed.
   */
  start<Result>(
    name: JobName,
    caller: Asker,
    { signal, onProgress }: ProgressOptions,
    work: (options: ProgressOptions, id: JobId) => Promise<Result>,
  ): StartedJob<Result> {
    if (this.#isClosed) throw new ForkdError("cancelled", { stage: "stopping the daemon" });
    const id = createJobId();
    const abort = new AbortController();
    const options: ProgressOptions = {
      signal: AbortSignal.any([signal, abort.signal]),
      onProgress: (progress) => {
        this.#change(id, "job.progress", { progress: { ...progress } });
        onProgress(progress);
      },
    };
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#entries.set(id, { state: newJob(id, name), caller, abort, ended });
    this.#tell(id, "job.started");
    const result = work(options, id).then(
      (value) => {
        this.#end(id, { status: "done" });
        return value;
      },
      (thrown: unknown) => {
        const cause = options.signal.aborted ? asCancelled(name, thrown) : thrown;
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

  /** Those of a caller's tenant, or all. */
  list(viewer: Viewer = {}): Job[] {
    const seen = Array.from(this.#entries.values()).filter(({ caller }) => seesSandbox(viewer, caller));
    return seen.map(({ state }) => state);
  }

  /** Throws `job_not_found`. */
  get(id: JobId, viewer: Viewer = {}): Job {
    return this.#find(id, viewer).state;
  }

  /** Aborts a job and waits until what it had begun is undone. One that has ended stays as it is. */
  async cancel(id: JobId, viewer: Viewer = {}): Promise<Job> {
    const entry = this.#find(id, viewer);
    entry.abort.abort();
    await entry.ended;
    return entry.state;
  }

  /** Takes no more work, cancels what is under way, and waits until it is undone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(Array.from(this.#entries.keys(), (id) => this.cancel(id)));
  }

  #find(id: JobId, viewer: Viewer): Entry {
    const entry = this.#entries.get(id);
    if (!entry || !seesSandbox(viewer, entry.caller)) throw new ForkdError("job_not_found", { id });
    return entry;
  }

  #end(id: JobId, change: { readonly status: Exclude<Job["status"], "running"> } & Partial<Job>): void {
    this.#change(id, `job.${change.status}`, { ...change, ended_at_unix: now() });
    setTimeout(() => this.#entries.delete(id), ENDED_KEPT_MS).unref();
    const ended = this.list().filter(({ status }) => status !== "running");
    for (const job of ended.slice(0, -ENDED_KEPT_MAX)) this.#entries.delete(job.id);
  }

  #change(id: JobId, type: JobEvent, change: Partial<Job>): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.state.status !== "running") return;
    entry.state = { ...entry.state, ...change };
    this.#tell(id, type);
  }

  #tell(id: JobId, type: JobEvent): void {
    const entry = this.#entries.get(id);
    if (entry) this.#events.emit({ type, job: entry.state }, entry.caller);
  }
}

/** What the platform throws of an abort is no defect. What is told in our words stays. */
function asCancelled({ subject }: JobName, cause: unknown): unknown {
  const isAbort = cause instanceof Error && cause.name === "AbortError";
  return isAbort ? new ForkdError("cancelled", { stage: `working on ${subject}` }, { cause }) : cause;
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
