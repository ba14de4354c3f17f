import koffi from "koffi";

/** `prctl(2)`, from `linux/prctl.h`. */
const PR_SET_THP_DISABLE = 41;

/**
 * Keeps transparent huge pages from this process and those that it will start, which inherit it. An emulated machine
 * touches a little of its translation buffer and of its firmware tables, and a huge page of 2 MiB for each is several
 * MiB of private memory in every child. Gives false where the kernel refuses.
 */
export function disableTransparentHugePages(): boolean {
  const libc = koffi.load("libc.so.6");
  const prctl = libc.func("int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)") as (
    ...args: number[]
  ) => number;
  return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) === 0;
}
