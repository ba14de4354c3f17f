import { z } from "zod";
import { emptySchema } from "../schemas/guest.ts";
import { portInfoSchema, portWaitRequestSchema } from "../schemas/port.ts";
import { IN_GUEST } from "./in-guest.ts";
import { portParams, sandboxParams } from "./params.ts";
import { defineRoutes } from "./route.ts";

export const portRoutes = defineRoutes({
  listPorts: {
    method: "GET",
    path: "/v1/sandboxes/:id/ports",
    summary: "TCP ports that programs of the guest listen on.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: z.array(portInfoSchema),
    errors: [...IN_GUEST, "agent_outdated"],
  },
  waitForPort: {
    method: "POST",
    path: "/v1/sandboxes/:id/ports/:port/wait",
    summary: "Wait until something listens on a port. It takes no connection to tell.",
    params: portParams,
    body: portWaitRequestSchema,
    status: 200,
    reply: "json",
    response: emptySchema,
    errors: [...IN_GUEST, "port_timeout", "agent_outdated"],
  },
});
