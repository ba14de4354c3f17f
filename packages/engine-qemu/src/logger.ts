/** What the engine needs of a logger; pino's has it. */
export interface EngineLogger {
  warn(fields: Readonly<Record<string, unknown>>, event: string): void;
}

/** For callers that keep no log. */
export const SILENT_LOGGER: EngineLogger = { warn: () => {} };
