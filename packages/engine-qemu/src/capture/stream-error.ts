/** A stream that is not what QEMU's `background-snapshot` sends; the message says in what. */
export class StreamError extends Error {
  override readonly name = "StreamError";
}
