import { renderE2bReference } from "./render-e2b-reference.ts";

process.stdout.write(renderE2bReference());
