import type { JobRegistry, ProgressOptions } from "@forkd/core";

/** One request, parsed by the row of its route. */
export interface AnyCall extends ProgressOptions {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}
/** What serves some operation. */
export type AnyHandler = (call: AnyCall) => Promise<unknown>;

/** Long work is a job, so that others can see and cancel it; its caller hears of its progress as well. */
export function asJob(jobs: JobRegistry, kind: string, handler: AnyHandler): AnyHandler {
  return (call) =>
    jobs.start({ kind, subject: subjectOf(call) }, call.signal, (options) =>
      handler({
        ...call,
        signal: options.signal,
        onProgress: (progress) => {
          options.onProgress(progress);
          call.onProgress(progress);
        },
      }),
    ).result;
}

/** What a request works on, by the names that requests have for it; of an address, nothing that may be secret. */
function subjectOf({ params, body }: AnyCall): string {
  const names = { ...(body as object | undefined), ...(params as object | undefined) } as Record<
    string,
    unknown
  >;
  const subject = ["id", "tag", "snapshot_tag", "image", "name", "source"].map((name) => names[name]);
  const name = subject.find((value) => typeof value === "string") ?? "";
  if (!URL.canParse(name)) return name;
  const { protocol, host, pathname } = new URL(name);
  return `${protocol}//${host}${pathname}`;
}
