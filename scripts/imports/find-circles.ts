/**
 * The circles in a directed graph: each the nodes of a part in which every node leads to every other, sorted. One that
 * leads to itself is one too. `edges` has every node.
 */
export function findCircles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachable = new Map([...edges.keys()].map((node) => [node, reach(edges, node)]));
  const circles = new Map<string, string[]>();
  for (const [node, others] of reachable) {
    if (!others.has(node)) continue;
    const circle = [...others].filter((other) => reachable.get(other)?.has(node)).toSorted();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

/** What `start` leads to, by one step or more. */
function reach(edges: ReadonlyMap<string, readonly string[]>, start: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [...(edges.get(start) ?? [])];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...(edges.get(node) ?? []));
  }
  return seen;
}
