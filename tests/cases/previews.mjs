// Makes the previews of some files in a wasm, and compares what comes with what the engine said outside of one.
//
//   node tests/cases/previews.mjs target/wasm32-unknown-unknown/debug/stampcard_preview.wasm tests/golden/previews.jsonl
import { readFileSync } from "node:fs";

const [wasm, ...files] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {});
const { memory, stampcard_room: room, stampcard_preview: preview, stampcard_answer: answer } = instance.exports;

/** Puts a text into the wasm's memory: where it is and how long. */
function put(text) {
  const bytes = new TextEncoder().encode(text);
  const place = room(bytes.length);
  new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
  return [place, bytes.length];
}

const lines = files.flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line)));
for (const [earning, order, expected] of lines) {
  const length = preview(...put(earning), ...put(order));
  const said = new TextDecoder().decode(new Uint8Array(memory.buffer, answer(), length));
  if (said === expected) continue;
  console.error(`${order}\n  ${said}\n  ${expected}`);
  process.exit(1);
}
console.log(`${lines.length} previews come to the same bytes in wasm`);
