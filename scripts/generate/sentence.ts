/** A sentence of the catalogue, made of the details of an error; it may be no more than one of them. */
type Sentence = (details: never) => unknown;

/** A part of a sentence. */
interface Part {
  readonly start: number;
  readonly end: number;
}

/** What a detail may be that has nothing to say; or, as the last, that has nothing which is like the others. */
const absences = (name: string): readonly unknown[] => [undefined, null, [], [`<${name}>`]];

/** A sentence with `<name>` for every detail, and in brackets what it is without when that detail is absent. */
export function renderSentence(sentence: Sentence): string {
  const names = new Set<string>();
  const whole = say(sentence, (name) => {
    names.add(name);
    return placeholder(name);
  });
  const optional = [...names].flatMap((name) =>
    absences(name).flatMap((absence) => {
      const short = trySaying(sentence, (other) => (other === name ? absence : placeholder(other)));
      return short === undefined ? [] : (findLeftOut(whole, short, `<${name}>`) ?? []);
    }),
  );
  return putInBrackets(whole, optional);
}

function say(sentence: Sentence, valueOf: (name: string) => unknown): string {
  const details = new Proxy({}, { get: (_, name) => valueOf(String(name)) });
  return String(sentence(details as never)).replaceAll(/\s*\n\s*/g, " ");
}

/** Gives undefined where the sentence cannot be without the detail. */
function trySaying(...[sentence, valueOf]: Parameters<typeof say>): string | undefined {
  try {
    return say(sentence, valueOf);
  } catch {
    return undefined;
  }
}

/**
 * The parts that `short` lacks of `whole`, each with the name in it. One that is nothing but the name is not optional.
 * Gives undefined when `short` is another sentence.
 */
function findLeftOut(whole: string, short: string, name: string, from = 0): Part[] | undefined {
  if (whole.slice(from) === short) return [];
  const same = countSame(whole.slice(from), short);
  const start = from + same;
  const named = whole.indexOf(name, start);
  if (named === -1) return undefined;
  for (let end = named + name.length; end <= whole.length; end += 1) {
    const others = findLeftOut(whole, short.slice(same), name, end);
    if (others) return end - start === name.length ? others : [leadBySpace(whole, { start, end }), ...others];
  }
  return undefined;
}

function countSame(a: string, b: string): number {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same;
}

/** Of `a [b ]c` and `a[ b] c`, which leave out the same, the latter. */
function leadBySpace(whole: string, { start, end }: Part): Part {
  const isBetweenSpaces = whole[start - 1] === " " && whole[end - 1] === " ";
  return isBetweenSpaces ? { start: start - 1, end: end - 1 } : { start, end };
}

function putInBrackets(whole: string, parts: readonly Part[]): string {
  const starts = new Set(parts.map(({ start }) => start));
  const ends = new Set(parts.map(({ end }) => end));
  const letters = [...whole.split(""), ""];
  return letters
    .map((letter, at) => `${ends.has(at) ? "]" : ""}${starts.has(at) ? "[" : ""}${letter}`)
    .join("");
}

/** Stands for any value of the details, and writes itself as `<path>` into a sentence. */
function placeholder(path: string): never {
  const target = (): void => {};
  return new Proxy(target, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return () => `<${path}>`;
      if (typeof key === "symbol") return undefined;
      const isPlace = /^(\d+|length|map|join|slice|filter|toSorted|replaceAll|candidate)$/.test(key);
      return placeholder(isPlace ? path : `${path}.${key}`);
    },
    apply: () => placeholder(path),
  }) as never;
}
