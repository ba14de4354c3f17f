import type { ImageId } from "@forkd/contract";
import type { DataRoot } from "../data-root.ts";
import { discardDirectory } from "../discard.ts";
import type { ImageCatalogue } from "./catalogue.ts";

/** Removes an image with its names and the record of its recipe. Machines that run from it keep their open files. */
export async function removeImage(root: DataRoot, catalogue: ImageCatalogue, id: ImageId): Promise<void> {
  const { names, recipes } = catalogue;
  await names.remove(await names.listThoseTo(id));
  await recipes.remove(await recipes.listThoseTo(id));
  await discardDirectory(root, catalogue.directoryOf(id));
  catalogue.forget(id);
}

/** Images without a name; none when a name is damaged, since nobody knows what that one pointed to. */
export async function listUnnamed(catalogue: ImageCatalogue): Promise<ImageId[]> {
  const { names } = catalogue;
  const targets = await Promise.all((await names.list()).map((name) => names.peek(name)));
  if (targets.includes("damaged")) return [];
  return (await catalogue.listIds()).filter((id) => !targets.includes(id));
}
