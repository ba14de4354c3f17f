/** Tells what is done, does it, and tells how long it took. */
export async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  say(`==> ${title}`);
  const begunAt = performance.now();
  const result = await work();
  say(`    ${seconds(performance.now() - begunAt)}`);
  return result;
}

/** Prints progress as it comes, at most two lines in a second. */
export function createReporter(): (progress: { message: string }) => void {
  let lastAt = 0;
  return ({ message }) => {
    if (performance.now() - lastAt < 500) return;
    lastAt = performance.now();
    say(`    ${message}`);
  };
}

/** Milliseconds, as people read them. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

export function say(text: string): void {
  console.log(text);
}
