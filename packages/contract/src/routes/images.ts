import { z } from "zod";
import * as image from "../schemas/image.ts";
import { imageIdSchema, tagSchema } from "../schemas/primitives.ts";
import { RECIPE_LIMIT_BYTES } from "./body-limits.ts";
import { pageFields } from "./params.ts";
import { defineRoutes } from "./route.ts";

export const imageRoutes = defineRoutes({
  listImages: {
    method: "GET",
    path: "/v1/images",
    summary: "List root images.",
    query: z.object(pageFields),
    status: 200,
    reply: "page",
    response: z.array(image.imageInfoSchema),
    errors: [],
  },
  buildImage: {
    method: "POST",
    path: "/v1/images",
    summary: "Build a root image, or find the one of the same recipe.",
    scope: "admin",
    body: image.imageBuildRequestSchema,
    bodyLimitBytes: RECIPE_LIMIT_BYTES,
    keyed: true,
    status: 201,
    reply: "progress",
    response: image.imageInfoSchema,
    errors: ["image_build_failed", "requirement_missing", "disk_full"],
  },
  deleteImage: {
    method: "DELETE",
    path: "/v1/images/:image",
    summary: "Remove a root image.",
    scope: "admin",
    params: z.object({ image: tagSchema.or(imageIdSchema) }),
    status: 204,
    reply: "empty",
    errors: ["image_not_found", "image_in_use"],
  },
});
