/** `memory_limit_mib` as `memoryLimitMib`. */
export function toCamelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `memoryLimitMib` as `memory_limit_mib`: what the SDK does at run time. */
export function toSnakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** {@link toCamelCase}, refusing a name that would not come back the same: the SDK maps names both ways. */
export function toSurfaceName(wireName: string): string {
  const name = toCamelCase(wireName);
  if (toSnakeCase(name) !== wireName) throw new Error(`${wireName} does not survive the mapping to ${name}`);
  return name;
}
