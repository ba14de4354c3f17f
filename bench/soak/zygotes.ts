import { runCheck } from "../../scripts/run-check.ts";

const TESTS = "packages/engine-qemu/test/zygote.machine.test.ts";

/** Runs each test of zygotes many times on one of them. None may fail or hang. */
export async function soakZygotes(rounds: number): Promise<boolean> {
  const command = ["vitest", "run", "--project=machines", TESTS] as const;
  const env = { FORKD_TEST_ROUNDS: String(rounds) };
  return runCheck({ name: `${rounds} rounds of ${TESTS}`, command }, { isLive: true, env });
}
