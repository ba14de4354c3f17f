import { z } from "zod";
import { netnsInfoSchema, netnsSetupRequestSchema } from "../schemas/network.ts";
import { defineRoutes } from "./route.ts";

export const netnsRoutes = defineRoutes({
  listNetns: {
    method: "GET",
    path: "/v1/netns",
    summary: "Network namespaces of this daemon, those that wait for a sandbox too.",
    status: 200,
    reply: "json",
    response: z.array(netnsInfoSchema),
    errors: [],
  },
  setUpNetns: {
    method: "PUT",
    path: "/v1/netns",
    summary: "Have so many network namespaces ready, until the daemon ends.",
    scope: "admin",
    body: netnsSetupRequestSchema,
    status: 200,
    reply: "json",
    response: z.array(netnsInfoSchema),
    errors: ["requirement_missing", "network_failed", "out_of_resources"],
  },
});
