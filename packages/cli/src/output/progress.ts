import type { Progress } from "@forkd/sdk";
import { styleFor } from "./style.ts";
import { clipLine, toSafeText } from "./text.ts";

/** Shows the steps of long work on stderr. Disposal removes what is not for keeping. */
export interface ProgressDisplay extends Disposable {
  report(progress: Progress): void;
}

/** A moving line on a terminal; plain lines `step: message` elsewhere. */
export function openProgress(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY ? openLine(stream) : openPlain(stream);
}

/** Work that ends sooner than this is not worth a line. */
const PLAIN_QUIET_MS = 1000;
/** A log wants every step, and of a long one a line now and then. */
const PLAIN_INTERVAL_MS = 5000;

function openPlain(stream: NodeJS.WriteStream): ProgressDisplay {
  let printed: Progress | undefined;
  let latest: Progress | undefined;
  let nextAt = Infinity;
  const print = (): void => {
    if (latest !== undefined) stream.write(`${toSafeText(`${latest.step}: ${latest.message}`)}\n`);
    printed = latest;
    nextAt = performance.now() + PLAIN_INTERVAL_MS;
  };
  const timer = setTimeout(() => {
    nextAt = 0;
    if (latest !== undefined) print();
  }, PLAIN_QUIET_MS);
  return {
    report(progress) {
      latest = progress;
      const isNewStep = nextAt !== Infinity && progress.step !== printed?.step;
      if (isNewStep || performance.now() >= nextAt) print();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const FRAME_MS = 80;
/** Work that ends sooner than this shows nothing: a flash helps nobody. */
const QUIET_MS = 300;
const CLEAR = "\r\u001B[2K";

function openLine(stream: NodeJS.WriteStream): ProgressDisplay {
  const startedAt = performance.now();
  const style = styleFor(stream);
  let current: Progress | undefined;
  let frame = 0;
  let isShown = false;
  const draw = (): void => {
    const elapsed = performance.now() - startedAt;
    if (current === undefined || elapsed < QUIET_MS) return;
    frame = (frame + 1) % FRAMES.length;
    const text = clipLine(describeProgress(current), stream.columns - 14);
    const time = style("dim", `${(elapsed / 1000).toFixed(1)} s`);
    stream.write(`${CLEAR}${style("cyan", FRAMES[frame] ?? "")} ${text} ${time}`);
    isShown = true;
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    report(progress) {
      current = progress;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      if (isShown) stream.write(CLEAR);
    },
  };
}

/** A step in one line, with its share where it is known. */
export function describeProgress({ step, message, done, total }: Omit<Progress, "type">): string {
  const share = done && total && total > 1 ? ` ${Math.floor((100 * done) / total)} %` : "";
  return toSafeText(`${step}: ${message}${share}`).replaceAll(/\s+/g, " ");
}
