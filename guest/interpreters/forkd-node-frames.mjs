// Frames between the agent and the interpreter: a little-endian length of 4 bytes, then text. What comes in begins with
// a line of its own that says what it is; what goes out is JSON.

import fs from "node:fs";
import net from "node:net";

const CALLS_FD = 3;
const FRAMES_FD = 4;
const exit = process.reallyExit.bind(process);

export function sendFrame(frame) {
  const text = Buffer.from(JSON.stringify(frame));
  const bytes = Buffer.allocUnsafe(4 + text.length);
  bytes.writeUInt32LE(text.length);
  text.copy(bytes, 4);
  for (let sent = 0; sent < bytes.length;) sent += fs.writeSync(FRAMES_FD, bytes, sent);
}

/** Each frame goes to `onFrame`: the words of its first line, what follows, and `holder`. The agent's end is our end. */
export function readFrames(onFrame, holder) {
  let input = Buffer.alloc(0);
  const socket = new net.Socket({ fd: CALLS_FD, readable: true, writable: false });
  socket.on("end", () => exit(0));
  socket.on("data", (chunk) => {
    input = input.length === 0 ? chunk : Buffer.concat([input, chunk]);
    while (input.length >= 4 && input.length >= 4 + input.readUInt32LE()) {
      const end = 4 + input.readUInt32LE();
      const frame = input.toString("utf8", 4, end);
      input = input.subarray(end);
      const headEnd = frame.indexOf("\n");
      void onFrame(frame.slice(0, headEnd).split(" "), frame.slice(headEnd + 1), holder);
    }
  });
}
