import { renderHelps } from "@forkd/cli";

console.log(JSON.stringify(await renderHelps(), null, 1));
