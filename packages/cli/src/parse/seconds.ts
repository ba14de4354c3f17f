import { InvalidArgumentError } from "@commander-js/extra-typings";

const SECONDS_OF = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const PART = /(\d+(?:\.\d+)?)(ms|[smhd])/g;
const TIME = new RegExp(`^(${PART.source})+$`);

/** A positive number of seconds, fractions allowed; or a time with its units, such as 90s, 1h30m or 2d. */
export function parseSeconds(text: string): number {
  const seconds = TIME.test(text) ? addUp(text) : Number(text);
  if (text.trim() === "" || !Number.isFinite(seconds) || seconds <= 0) {
    throw new InvalidArgumentError(
      "It must be a number of seconds above 0, or a time such as 90s, 10m or 1h30m.",
    );
  }
  return seconds;
}

function addUp(text: string): number {
  const parts = Array.from(text.matchAll(PART), ([, amount, unit]) => {
    return Number(amount) * SECONDS_OF[unit as keyof typeof SECONDS_OF];
  });
  return parts.reduce((sum, part) => sum + part, 0);
}
