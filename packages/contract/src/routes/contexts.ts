import { z } from "zod";
import * as context from "../schemas/context.ts";
import { emptySchema } from "../schemas/guest.ts";
import { IN_GUEST } from "./in-guest.ts";
import { contextParams, sandboxParams } from "./params.ts";
import { defineRoutes } from "./route.ts";

export const contextRoutes = defineRoutes({
  listContexts: {
    method: "GET",
    path: "/v1/sandboxes/:id/contexts",
    summary: "The interpreters of a guest: the one of each language, and the contexts that were created.",
    params: sandboxParams,
    status: 200,
    reply: "json",
    response: z.array(context.contextInfoSchema),
    errors: [...IN_GUEST, "agent_outdated"],
  },
  createContext: {
    method: "POST",
    path: "/v1/sandboxes/:id/contexts",
    summary: "Start an interpreter with a state of its own.",
    params: sandboxParams,
    body: context.contextRequestSchema,
    keyed: true,
    status: 201,
    reply: "json",
    response: context.contextInfoSchema,
    errors: [...IN_GUEST, "too_many_contexts", "interpreter_unavailable", "guest_refused", "agent_outdated"],
  },
  restartContext: {
    method: "POST",
    path: "/v1/sandboxes/:id/contexts/:context/restart",
    summary: "Start a context anew; its state is lost, and its directory and variables stay.",
    params: contextParams,
    status: 200,
    reply: "json",
    response: context.contextInfoSchema,
    errors: [...IN_GUEST, "context_not_found", "interpreter_unavailable", "agent_outdated"],
  },
  interruptContext: {
    method: "POST",
    path: "/v1/sandboxes/:id/contexts/:context/interrupt",
    summary: "Interrupt what runs in a context, which keeps its state.",
    params: contextParams,
    status: 200,
    reply: "json",
    response: context.interruptReportSchema,
    errors: [...IN_GUEST, "context_not_found", "agent_outdated"],
  },
  removeContext: {
    method: "DELETE",
    path: "/v1/sandboxes/:id/contexts/:context",
    summary: "End a context that was created.",
    params: contextParams,
    status: 200,
    reply: "json",
    response: emptySchema,
    errors: [...IN_GUEST, "context_not_found", "guest_refused", "agent_outdated"],
  },
});
