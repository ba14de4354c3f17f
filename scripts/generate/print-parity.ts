import { renderParity } from "./render-parity.ts";

process.stdout.write(renderParity());
