const STEPS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `1572864` as `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < STEPS.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${step === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${STEPS[step]}`;
}

/** A duration in ms: `84 ms`, `3.9 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const AGES = [
  [86_400, "d"],
  [3600, "h"],
  [60, "min"],
] as const;

/** How far a moment (seconds since 1970) is from `nowUnix`: `just now`, `3 min ago`, `in 2 h`. */
export function formatRelative(unix: number, nowUnix: number = Date.now() / 1000): string {
  const seconds = nowUnix - unix;
  const distance = formatDistance(Math.abs(seconds));
  if (seconds < 0) return `in ${distance}`;
  return seconds < 1 ? "just now" : `${distance} ago`;
}

function formatDistance(seconds: number): string {
  for (const [size, unit] of AGES) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return `${Math.floor(seconds)} s`;
}
