import { defineError } from "./definition.ts";
import { describeNameOf, didYouMean } from "./near-names.ts";
import type { NameOf } from "./near-names.ts";
import { act, hint } from "../hints/hint.ts";

/** Root images, and what boots them. */
export const IMAGE_ERRORS = {
  image_not_found: defineError<{ image: string; known: string[]; is?: NameOf }>({
    status: 404,
    retryable: false,
    message: ({ image, is }) => `there is no image ${image}${describeNameOf(is)}`,
    hint: ({ image, known, is }) => {
      if (is === "snapshot") {
        const fork = act("createSandboxes", { snapshot_tag: image });
        return hint`fork it: ${fork}; or remove it: ${act("deleteSnapshot", { tag: image })}`;
      }
      if (known.length === 0) return hint`build one: ${act("buildImage", { name: "py-numpy" })}`;
      return hint`${didYouMean(image, known)}known images: ${known.slice(0, 20).join(", ")} (${act("listImages")})`;
    },
  }),
  image_corrupt: defineError<{ image: string; file: string; why: string }>({
    status: 409,
    retryable: false,
    message: ({ image, file, why }) => `image ${image} is damaged: ${file} ${why}`,
    hint: ({ image }) => hint`remove it and build it again: ${act("deleteImage", { image })}`,
  }),
  image_in_use: defineError<{ image: string; users: string[] }>({
    status: 409,
    retryable: false,
    message: ({ image, users }) => `image ${image} is in use by ${users.join(", ")}`,
    hint: () => {
      const remove = act("deleteSnapshot", { tag: null });
      return hint`remove these snapshots first: ${remove}; what is being made ends by itself: ${act("listJobs")}`;
    },
  }),
  image_build_failed: defineError<{ image: string; step: string; output: string[] }>({
    status: 422,
    retryable: false,
    message: ({ image, step, output }) =>
      `building image ${image} failed at ${step}${output.length ? `:\n  ${output.join("\n  ")}` : ""}`,
    hint: () => "check the packages, the suite and the script of the recipe; nothing was kept",
  }),
  kernel_unavailable: defineError<{ kernel: string; why: string }>({
    status: 503,
    retryable: true,
    message: ({ kernel, why }) => `the guest kernel ${kernel} could not be had: ${why}`,
    hint: () => "check the network and the package mirror (FORKD_DEBIAN_MIRROR), then try again",
  }),
};
