import type { Services } from "../../../../services.ts";
import type { EnvdCall, EnvdRoutes } from "../envd-call.ts";
import { invalid, readFileQuery } from "./file-query.ts";
import { receiveFiles } from "./receive-files.ts";
import { sendFile } from "./send-file.ts";

/** The contents of files of a sandbox. */
export function createFileRoutes({ operations }: Services): EnvdRoutes {
  return {
    "GET /files": async (call, request, response) => {
      const { path, username } = readFileQuery(request);
      if (!path) throw invalid("path", "is missing");
      await sendFile(operations, { call: as(call, username), path }, request, response);
    },

    "POST /files": async (call, request, response) => {
      const { path, username } = readFileQuery(request);
      const written = await receiveFiles(operations, { call: as(call, username), path }, request);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(written));
    },
  };
}

function as(call: EnvdCall, username: string | undefined): EnvdCall {
  return username === undefined ? call : { ...call, user: username };
}
