import type { SandboxId } from "@forkd/contract";
import type { GuestFiles } from "../ports/guest-files.ts";
import type { CallOptions } from "../ports/options.ts";
import type { Asked, Caller } from "./caller.ts";
import { findAwake } from "./life.ts";
import type { OperationPorts } from "./ports.ts";

/** An order of a method of `GuestFiles`, to one machine. */
type Of<Name extends keyof GuestFiles> = Asked<{
  readonly id: SandboxId;
  readonly order: Parameters<GuestFiles[Name]>[0];
}>;

/** What is where in a guest. What each does, and what it throws, is in `GuestFiles`. */
export function createFileOperations(ports: OperationPorts) {
  const ask = async <Reply>(
    caller: Caller,
    id: SandboxId,
    question: (files: GuestFiles) => Promise<Reply>,
    options: CallOptions,
  ): Promise<Reply> =>
    (await findAwake(ports, caller, id, options)).ask(({ files }) => question(files), options);
  const stream = async <Line>(
    caller: Caller,
    id: SandboxId,
    question: (files: GuestFiles) => AsyncIterable<Line>,
    options: CallOptions,
  ): Promise<AsyncIterable<Line>> =>
    (await findAwake(ports, caller, id, options)).stream(({ files }) => question(files), options);
  return {
    removeFile: (...[caller, { id, order }, options]: Of<"remove">) =>
      ask(caller, id, (files) => files.remove(order, options), options),

    updateFile: (...[caller, { id, order }, options]: Of<"change">) =>
      ask(caller, id, (files) => files.change(order, options), options),

    getFileInfo: (...[caller, { id, order }, options]: Of<"info">) =>
      ask(caller, id, (files) => files.info(order, options), options),

    listFiles: (...[caller, { id, order }, options]: Of<"list">) =>
      stream(caller, id, (files) => files.list(order, options), options),

    watchFiles: (...[caller, { id, order }, options]: Of<"watch">) =>
      stream(caller, id, (files) => files.watch(order, options), options),

    makeDirectory: (...[caller, { id, order }, options]: Of<"makeDirectory">) =>
      ask(caller, id, (files) => files.makeDirectory(order, options), options),

    moveFile: (...[caller, { id, order }, options]: Of<"move">) =>
      ask(caller, id, (files) => files.move(order, options), options),
  };
}
