/** One metric of a scrape. */
export interface Family {
  readonly type: string;
  readonly help: string;
  /** By name and labels, as they are written. */
  readonly samples: Map<string, number>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+)$/;
const LABELS = /^([a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*$/;
const NUMBER = /^(?:[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?|[+-]Inf|NaN)$/i;

/** Reads Prometheus' text format as strictly as it is written down; throws with the line that is none of it. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family & { type: string }>();
  let current = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (!NAME.test(name) || families.has(name)) throw new Error(`is told twice, or is no name: ${line}`);
      families.set(name, { type: "", help: rest, samples: new Map() });
      current = name;
    } else if (kind === "TYPE") {
      const family = families.get(name);
      if (family === undefined || name !== current) throw new Error(`a type without its help: ${line}`);
      if (!/^(counter|gauge|histogram)$/.test(rest)) throw new Error(`no type: ${line}`);
      family.type = rest;
    } else addSample(line, current, families.get(current));
  }
  for (const [name, family] of families) requireWhole(name, family);
  return families;
}

function addSample(line: string, name: string, family: Family | undefined): void {
  const [, sampleName = "", , labels = "", value = ""] = SAMPLE.exec(line) ?? [];
  const suffix = sampleName.slice(name.length);
  const allowed = family?.type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
  if (family === undefined || !sampleName.startsWith(name) || !allowed.includes(suffix))
    throw new Error(`a sample of no metric, or of another: ${line}`);
  if (!LABELS.test(labels) || !NUMBER.test(value))
    throw new Error(`labels or a value that are none: ${line}`);
  const key = `${sampleName}{${labels.replace(/,$/, "")}}`;
  if (family.samples.has(key)) throw new Error(`a sample that is there already: ${line}`);
  family.samples.set(key, Number(value.replace("Inf", "Infinity")));
}

function requireWhole(name: string, { type, samples }: Family): void {
  if (type === "") throw new Error(`${name} has no type`);
  if (type === "counter" && !name.endsWith("_total"))
    throw new Error(`the counter ${name} is called otherwise`);
  for (const [key, value] of samples) {
    if (type === "counter" && !(value >= 0)) throw new Error(`a counter below zero: ${key}`);
    if (!key.startsWith(`${name}_count`)) continue;
    const labels = key.slice(`${name}_count{`.length, -1);
    const buckets = [...samples].filter(
      ([other]) =>
        other.startsWith(`${name}_bucket`) && other.replace(/le="[^"]*",?/, "").includes(`{${labels}`),
    );
    const counts = buckets.map(([, count]) => count);
    if (counts.some((count, i) => count < (counts[i - 1] ?? 0)) || counts.at(-1) !== value)
      throw new Error(`buckets that do not add up: ${key}`);
  }
}
