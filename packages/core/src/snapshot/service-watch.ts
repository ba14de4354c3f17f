import { ForkdError } from "@forkd/contract";
import type { GuestAgent, GuestCommand, GuestProcessEvent } from "../ports/guest.ts";
import type { CallOptions } from "../ports/options.ts";
import { OutputTail } from "./output-tail.ts";

interface Service {
  /** How people call it. */
  readonly name: string;
  readonly output: OutputTail;
}

/**
 * The services of a parent while it becomes ready. One that fails ends the wait at once, through `signal`. One that
 * ends with status 0 has put itself into the background. Disposal stops watching; the services go on.
 */
export class ServiceWatch implements AsyncDisposable {
  /** Aborts with `service_ended` when a service fails, and when the caller goes. */
  readonly signal: AbortSignal;
  readonly #tag: string;
  readonly #failure = new AbortController();
  readonly #stop = new AbortController();
  readonly #services: Service[] = [];
  readonly #readers: Promise<void>[] = [];

  constructor(tag: string, { signal }: CallOptions) {
    this.#tag = tag;
    this.signal = AbortSignal.any([signal, this.#failure.signal]);
  }

  /** Leaves a command running, its output also on the console. Resolves once it has started. */
  async start(agent: GuestAgent, name: string, command: GuestCommand): Promise<void> {
    const signal = AbortSignal.any([this.signal, this.#stop.signal]);
    const events = agent.exec({ ...command, detach: true, console: true }, { signal });
    const iterator = events[Symbol.asyncIterator]();
    // The first event is the start: a command that cannot be started throws here.
    await iterator.next();
    const service = { name, output: new OutputTail() };
    this.#services.push(service);
    this.#readers.push(this.#follow(service, { [Symbol.asyncIterator]: () => iterator }));
  }

  /** The result of `work`; rejects with what a service died of meanwhile. */
  async during<Result>(work: Promise<Result>): Promise<Result> {
    const failed = this.#failure.signal;
    const result = await work.catch((error: unknown) => {
      throw failed.aborted ? failed.reason : error;
    });
    failed.throwIfAborted();
    return result;
  }

  /** The last lines of each service, for a parent that never was ready. */
  lastOutput(): string[] {
    return this.#services.flatMap(({ name, output }) => output.lines().map((line) => `${name}: ${line}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#readers);
  }

  async #follow({ name, output }: Service, events: AsyncIterable<GuestProcessEvent>): Promise<void> {
    try {
      for await (const event of events) {
        if (event.type === "exit") this.#onExit({ name, output }, event);
        else if ("data" in event) output.add(event.data);
      }
    } catch {
      // We stopped watching, or the guest is gone: whoever works with it meets that too.
    }
  }

  #onExit(
    { name, output }: Service,
    { exitCode, signal }: Extract<GuestProcessEvent, { type: "exit" }>,
  ): void {
    if (exitCode === 0) return;
    const details = { tag: this.#tag, service: name, exitCode, signal, output: output.lines() };
    this.#failure.abort(new ForkdError("service_ended", details));
  }
}
