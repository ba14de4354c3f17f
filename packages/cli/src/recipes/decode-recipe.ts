import { TOML_WORDS, describeIssues, recipeSchema } from "@forkd/contract";
import type { RecipeDocument, WarmStep } from "@forkd/contract";
import { usageError } from "../cli-error.ts";
import { shell } from "../options/warm.ts";
import type { RecipeSnapshot } from "./recipe.ts";

/** How many of its faults a recipe is told at once. */
const MAX_ISSUES = 5;

/** Checks a parsed `recipe.toml`. Throws a usage error that names the fields; unknown fields are refused. */
export function decodeRecipe(document: unknown, path: string): RecipeDocument {
  const parsed = recipeSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(recipeSchema, document, parsed.error.issues, TOML_WORDS).slice(0, MAX_ISSUES);
  const faults = issues.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
  throw usageError(`${path}: ${faults}`, "see docs/reference/cli.md, recipes");
}

/** What a recipe asks of a snapshot. */
export function snapshotOf({ snapshot }: RecipeDocument): RecipeSnapshot {
  const { memory_mib: memoryMib, vcpus, timeout_secs: timeoutSecs, env, ready, warm, rehearse } = snapshot;
  return {
    memoryMib,
    vcpus,
    timeoutSecs,
    env,
    ready: ready === undefined ? undefined : shell(ready),
    rehearse: { ...rehearse, commands: rehearse.commands.map(shell) },
    warm: warm.map(warmStepOf),
  };
}

/** The schema lets through steps that have just one of the four. */
function warmStepOf(step: RecipeDocument["snapshot"]["warm"][number]): WarmStep {
  const { command, service, python, node = "" } = step;
  if (command !== undefined) return { kind: "command", args: shell(command) };
  if (service !== undefined) return { kind: "service", args: shell(service) };
  return python === undefined ? { kind: "node", code: node } : { kind: "python", code: python };
}
