import * as fc from "fast-check";

/** What sizes, counts and lengths go wrong with. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

type Mutation = (bytes: Buffer) => Buffer;

/** A place in an input of any size. */
type Place = (bytes: Buffer) => number;

/** From this byte, and how many. */
export type Range = readonly [start: number, length: number];

/** Anywhere, as a part of the whole. */
const anywhere = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }).map(
  (part): Place =>
    (bytes) =>
      Math.floor(part * (bytes.length + 1)),
);
const within = ([start, length]: Range): fc.Arbitrary<Place> =>
  fc
    .integer({ min: start, max: start + length - 1 })
    .map((position) => (bytes) => Math.min(position, bytes.length));

function splice(bytes: Buffer, start: number, removed: number, added: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, start), added, bytes.subarray(start + removed)]);
}

function mutationAt(place: fc.Arbitrary<Place>): fc.Arbitrary<Mutation> {
  const flip = fc.tuple(place, fc.nat(7)).map(
    ([where, bit]): Mutation =>
      (bytes) =>
        splice(bytes, where(bytes), 1, Buffer.from([(bytes[where(bytes)] ?? 0) ^ (1 << bit)])),
  );
  const edge = fc
    .tuple(place, fc.constantFrom(...EDGES), fc.constantFrom(1, 2, 4), fc.boolean())
    .map(([where, value, size, isLittle]): Mutation => (bytes) => {
      const word = Buffer.alloc(size);
      const fitting = value % 2 ** (8 * size);
      if (isLittle) word.writeUIntLE(fitting, 0, size);
      else word.writeUIntBE(fitting, 0, size);
      return splice(bytes, where(bytes), size, word);
    });
  const cut = fc.tuple(place, fc.integer({ min: 1, max: 5000 })).map(
    ([where, length]): Mutation =>
      (bytes) =>
        splice(bytes, where(bytes), length, Buffer.alloc(0)),
  );
  const insert = fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
    ([where, added]): Mutation =>
      (bytes) =>
        splice(bytes, where(bytes), 0, Buffer.from(added)),
  );
  const repeat = fc
    .tuple(place, fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 60 }))
    .map(([where, length, times]): Mutation => (bytes) => {
      const start = where(bytes);
      const part = bytes.subarray(start, start + length);
      return splice(bytes, start, 0, Buffer.concat(Array.from({ length: times }, () => part)));
    });
  const end = place.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, where(bytes)),
  );

  return fc.oneof(
    { weight: 4, arbitrary: flip },
    { weight: 4, arbitrary: edge },
    { weight: 2, arbitrary: cut },
    { weight: 2, arbitrary: insert },
    repeat,
    end,
  );
}

/**
 * Valid inputs, each altered up to eight times, and mostly in the places that say what the rest is. They shrink towards
 * a valid one.
 */
export function mutated(seeds: readonly Buffer[], focus: readonly Range[] = []): fc.Arbitrary<Buffer> {
  const places = [
    { weight: 1, arbitrary: anywhere },
    ...focus.map((range) => ({ weight: 2, arbitrary: within(range) })),
  ];
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutationAt(fc.oneof(...places)), { maxLength: 8 }))
    .map(([seed, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), seed));
}
