import type { ResizeRequest } from "@forkd/sdk";

/** Our own terminal while a guest's runs on it: raw, so that every key goes to the guest. */
export interface Terminal extends Disposable {
  readonly size: ResizeRequest;
  /** Calls back with every new size, until disposal. */
  onResize(callback: (size: ResizeRequest) => void): void;
}

/** The size when there is no terminal to ask. */
const FALLBACK = { cols: 80, rows: 24 };

/** The size of the terminal that we print to. */
export function readTerminalSize(): ResizeRequest {
  const { columns, rows } = process.stdout;
  return { cols: columns || FALLBACK.cols, rows: rows || FALLBACK.rows };
}

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
  return {
    get size() {
      return readTerminalSize();
    },
    onResize(callback) {
      const listener = (): void => callback(readTerminalSize());
      stdout.on("resize", listener);
      stack.defer(() => stdout.off("resize", listener));
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}
