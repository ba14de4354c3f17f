import type { ResizeRequest } from "@forkd/sdk";

/** Our own terminal while a guest's runs on it: raw, so that every key goes to the guest. */
export interface Terminal extends Disposable {
  readonly size: ResizeRequest;
  /** Calls back with every new size, until disposal. */
  onResize(callback: (size: ResizeRequest) => void): void;
}

/** The size when there is no terminal to ask. */
const FALLBACK = { cols: 80, rows: 24 };

/** Makes the terminal raw. It is restored by disposal, and by any end of the process that runs exit handlers. */
export function openTerminal(): Terminal {
  const { stdin, stdout } = process;
  const restore = (): void => {
    if (stdin.isTTY) stdin.setRawMode(false);
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  process.once("exit", restore);
  const stack = new DisposableStack();
  stack.defer(restore);
  stack.defer(() => process.off("exit", restore));
  const readSize = (): ResizeRequest => ({
    cols: stdout.columns || FALLBACK.cols,
    rows: stdout.rows || FALLBACK.rows,
  });
  return {
    get size() {
      return readSize();
    },
    onResize(callback) {
      const listener = (): void => callback(readSize());
      stdout.on("resize", listener);
      stack.defer(() => stdout.off("resize", listener));
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}
