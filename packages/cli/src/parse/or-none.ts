/** What `parse` takes, or `none`, which stays a word: commander takes null for a value that could not be parsed. */
export function orNone(parse: (text: string) => number): (text: string) => number | "none" {
  return (text) => (text === "none" ? text : parse(text));
}
