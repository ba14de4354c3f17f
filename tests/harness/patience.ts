/** For `vi.waitFor`; what `expect.poll` waits for has as long by vitest.config.ts. */
export const PATIENCE = { timeout: 60_000 } as const;
