/** What a pull takes in, for a list of jobs; of an address, nothing that may be secret. */
export function describeSource(source: string): string {
  if (!URL.canParse(source)) return source;
  const { protocol, host, pathname } = new URL(source);
  return `${protocol}//${host}${pathname}`;
}
