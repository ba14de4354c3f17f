import { Option } from "@commander-js/extra-typings";
import { parseTemplate } from "../parse/template.ts";

/** How often what is watched is shown. */
export const WATCH_INTERVAL_MS = 2000;

/** The options of every verb that lists things. */
export const formatOption = (
  flags: "--format <template>" | "-f, --format <template>" = "--format <template>",
) => new Option(flags, "json, or text with fields: '{{.ID}}'").argParser(parseTemplate);
export const sortOption = () =>
  new Option("--sort <field>", "by this field of the REST API; from the greatest with - before it");
export const watchOption = () =>
  new Option("--watch", "show the table again and again, until Ctrl-C").conflicts([
    "json",
    "quiet",
    "format",
  ]);
