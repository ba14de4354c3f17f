/** How every generated file of Python begins. */
export const PYTHON_HEADER = "# Generated from packages/contract by scripts/generate.ts.\n";

/** A documentation string, indented. */
export function renderDocstring(text: string, indent: string): string {
  const safe = text.replaceAll("\\", "\\\\").replaceAll('"""', "'''");
  return `${indent}"""${safe.endsWith('"') ? `${safe} ` : safe}"""\n`;
}

const KEYWORDS = new Set(["from", "global", "import", "in", "is", "class", "pass", "with"]);

/** Whether a field's name is a word of the language. */
export function isKeyword(name: string): boolean {
  return KEYWORDS.has(name);
}
