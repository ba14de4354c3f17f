import type { ImageRecipe } from "@forkd/contract";
import { quoteShell } from "./shell.ts";
import { createFinishHook } from "./finish-hook.ts";
import { createResolveHook, FILES_HOOK, SCRIPT_HOOK } from "./hooks.ts";

export interface BuildPlan {
  readonly recipe: ImageRecipe;
  /** Lines of a sources.list. */
  readonly sources: readonly string[];
  /** Lines of an apt.conf for the build alone. */
  readonly aptSettings: readonly string[];
  /** A new directory that becomes the root. */
  readonly root: string;
  /** Packages that earlier builds downloaded, and where this one leaves what it has. */
  readonly debs: { readonly known: string; readonly used: string };
}

/**
 * mmdebstrap's arguments. Its `unshare` mode has mounts and processes in namespaces of their own, for root too, so
 * that nothing of a build outlives it. Packages are copied out before a line of the recipe runs in the root.
 */
export function createBuildArguments(plan: BuildPlan): string[] {
  const { recipe } = plan;
  return [
    "--mode=unshare",
    "--variant=minbase",
    "--format=directory",
    "--verbose",
    "--components=main",
    "--skip=download/empty,essential/unlink,output/dev",
    ...["Acquire::Languages none;", "APT::Install-Recommends false;", ...plan.aptSettings].map(
      (setting) => `--aptopt=${setting}`,
    ),
    ...(recipe.packages.length === 0
      ? []
      : [`--include=${recipe.packages.join(",")}`, `--setup-hook=${createResolveHook(recipe.packages)}`]),
    `--setup-hook=mkdir -p "$1/var/cache/apt/archives/partial"`,
    `--setup-hook=sync-in ${quoteShell(plan.debs.known)} /var/cache/apt/archives`,
    `--customize-hook=sync-out /var/cache/apt/archives ${quoteShell(plan.debs.used)}`,
    ...(recipe.files.length === 0 ? [] : [`--customize-hook=${FILES_HOOK}`]),
    ...(recipe.script === null ? [] : [`--customize-hook=${SCRIPT_HOOK}`]),
    `--customize-hook=${createFinishHook(recipe.files)}`,
    recipe.suite,
    plan.root,
    ...plan.sources,
  ];
}
