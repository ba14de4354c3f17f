import { consoleExcerpt, defineError } from "./definition.ts";
import { describeNameOf, didYouMean, kindOfId } from "./near-names.ts";
import type { NameOf } from "./near-names.ts";
import { act, hint, option } from "../hints/hint.ts";

/** Snapshots: finding, making, checking them. */
export const SNAPSHOT_ERRORS = {
  snapshot_not_found: defineError<{ tag: string; known: string[]; is?: NameOf }>({
    status: 404,
    retryable: false,
    message: ({ tag, is }) => `there is no snapshot ${tag}${describeNameOf(is ?? kindOfId(tag))}`,
    hint: ({ tag, known, is = kindOfId(tag) }) => {
      if (is === "image")
        return hint`make a snapshot of it: ${act("createSnapshot", { tag: null, image: tag })}`;
      if (is === "sandbox") {
        const fork = act("forkSandbox", { id: tag });
        return hint`fork it as it is now: ${fork}; or end it: ${act("killSandbox", { id: tag })}`;
      }
      if (known.length === 0) return hint`make one: ${act("createSnapshot", { tag: null, image: null })}`;
      return `${didYouMean(tag, known)}known snapshots: ${known.slice(0, 20).join(", ")}`;
    },
  }),
  snapshot_exists: defineError<{ tag: string }>({
    status: 409,
    retryable: false,
    message: ({ tag }) => `snapshot ${tag} exists already, or is being written`,
    hint: ({ tag }) => hint`choose another tag, or remove it: ${act("deleteSnapshot", { tag })}`,
  }),
  snapshot_not_ready: defineError<{ tag: string; status: string }>({
    status: 409,
    retryable: true,
    message: ({ tag, status }) => `snapshot ${tag} is ${status}, and only a ready one can be forked`,
    hint: () => hint`wait until it is ready: ${act("watchEvents")}`,
  }),
  snapshot_corrupt: defineError<{ tag: string; file: string; why: string }>({
    status: 409,
    retryable: false,
    message: ({ tag, file, why }) => `snapshot ${tag} is damaged: ${file} ${why}`,
    hint: ({ tag }) => hint`remove it and make it again: ${act("deleteSnapshot", { tag })}`,
  }),
  snapshot_incompatible: defineError<{ tag: string; field: string; snapshot: string; host: string }>({
    status: 409,
    retryable: false,
    message: ({ tag, field, snapshot, host }) =>
      `snapshot ${tag} cannot be restored here: its ${field} is ${snapshot}, and this host has ${host}`,
    hint: () => "make the snapshot again on this host",
  }),
  snapshot_without_card: defineError<{ tag: string }>({
    status: 409,
    retryable: false,
    message: ({ tag }) =>
      `snapshot ${tag} was made of a machine without a network card, so it can have no network`,
    hint: () => "make the snapshot again: every new one has a card",
  }),
  snapshot_in_use: defineError<{ tag: string; sandboxes: string[]; work: string[] }>({
    status: 409,
    retryable: false,
    message: ({ tag, sandboxes, work }) =>
      `snapshot ${tag} is in use` +
      (sandboxes.length === 0 ? "" : ` by ${sandboxes.length} sandboxes`) +
      (work.length === 0 ? "" : `; under way: ${work.slice(0, 5).join(", ")}`),
    hint: ({ tag, sandboxes }) =>
      sandboxes.length === 0
        ? hint`wait until that is done, or remove its tag alone: ${act("deleteSnapshot", { tag, force: true })}`
        : hint`end them first: ${act("killSandboxes", { tag })}`,
  }),
  snapshot_has_dependents: defineError<{ tag: string; dependents: string[] }>({
    status: 409,
    retryable: false,
    message: ({ tag, dependents }) =>
      `snapshot ${tag} is what others stand on (${dependents.length}): ${dependents.slice(0, 5).join(", ")}`,
    hint: ({ tag }) => {
      const all = act("deleteSnapshot", { tag, cascade: true });
      const alone = act("deleteSnapshot", { tag, force: true });
      return hint`remove them too: ${all}; or only its tag, they stay whole: ${alone}`;
    },
  }),
  chain_too_deep: defineError<{ tag: string; depth: number; limit: number }>({
    status: 409,
    retryable: false,
    message: ({ tag, depth, limit }) =>
      `snapshot ${tag} would stand on a chain of ${depth}, and ${limit} is the most`,
    hint: () => hint`make its parent stand alone first: ${act("compactSnapshot", { tag: null, to: null })}`,
  }),
  boot_failed: defineError<{ image: string; why: string; console: string[] }>({
    status: 500,
    retryable: true,
    message: ({ image, why, console }) => `image ${image} did not boot: ${why}${consoleExcerpt(console)}`,
    hint: () =>
      hint`look at the console lines; more memory (${option("createSnapshot", "memory_mib")}) often helps`,
  }),
  warm_up_failed: defineError<{ tag: string; step: string; exitCode: number | null; output: string[] }>({
    status: 422,
    retryable: false,
    message: ({ tag, step, exitCode, output }) =>
      `warming up ${tag} failed: ${step} ended with ${exitCode === null ? "a signal" : `status ${exitCode}`}` +
      (output.length === 0 ? "" : `:\n  ${output.join("\n  ")}`),
    hint: () => "nothing was kept; mend the command and make the snapshot again",
  }),
  warm_up_timeout: defineError<{ tag: string; timeoutSecs: number }>({
    status: 422,
    retryable: false,
    message: ({ tag, timeoutSecs }) => `warming up ${tag} took longer than ${timeoutSecs} s`,
    hint: () => {
      const limit = option("createSnapshot", "timeout_secs");
      const service = option("createSnapshot", "warm.kind", "service");
      return hint`nothing was kept; raise ${limit}, or run what never ends with ${service}`;
    },
  }),
  service_ended: defineError<{
    tag: string;
    service: string;
    exitCode: number | null;
    signal: string | null;
    output: string[];
  }>({
    status: 422,
    retryable: false,
    message: ({ tag, service, exitCode, signal, output }) =>
      `${tag} cannot become ready: ${service} ended with ${signal ?? `status ${exitCode}`}` +
      (output.length === 0 ? "" : `:\n  ${output.join("\n  ")}`),
    hint: () => "nothing was kept; mend the service and make the snapshot again",
  }),
  parent_died: defineError<{ tag: string; why: string; console: string[] }>({
    status: 422,
    retryable: false,
    message: ({ tag, why, console }) =>
      `the parent of ${tag} died while warming up: ${why}${consoleExcerpt(console)}`,
    hint: () => {
      const memory = option("createSnapshot", "memory_mib");
      return hint`nothing was kept; look at the console lines, and give it more memory if it ran out (${memory})`;
    },
  }),
  never_ready: defineError<{ tag: string; command: string; timeoutSecs: number; output: string[] }>({
    status: 422,
    retryable: false,
    message: ({ tag, command, timeoutSecs, output }) =>
      `${tag} was not ready after ${timeoutSecs} s: '${command}' kept failing` +
      (output.length === 0 ? "" : `, last with:\n  ${output.join("\n  ")}`),
    hint: () =>
      hint`nothing was kept; raise ${option("createSnapshot", "timeout_secs")}, or mend the readiness command`,
  }),
};
