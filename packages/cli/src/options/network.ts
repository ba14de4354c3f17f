import { Option } from "@commander-js/extra-typings";
import { parsePublish } from "../parse/port.ts";

export const publishOption = () =>
  new Option(
    "--publish <[hostport:]port>",
    "a port that is one of the host's loopback, too, for as long as the sandbox lives; may be repeated",
  ).argParser(parsePublish);
