const ZEROS = Buffer.alloc(1024 * 1024);

/** Whether a part of a buffer, of 1 MiB at most, has nothing but zeros. Most others show it at one of their ends. */
export function isZero(buffer: Buffer, start: number, end: number): boolean {
  return (
    buffer[start] === 0 && buffer[end - 1] === 0 && buffer.compare(ZEROS, 0, end - start, start, end) === 0
  );
}
