// Makes the previews in the wasm that is named, and compares what comes with the answers that are kept.
//
//   node tests/cases/previews.mjs target/wasm32-unknown-unknown/debug/stampcard_preview.wasm
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const kept = join(dirname(fileURLToPath(import.meta.url)), "../golden/previews.jsonl");
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { memory, stampcard_room: room, stampcard_preview: preview, stampcard_answer: answer } = instance.exports;

/** Puts a text into the wasm's memory: where it is and how long. */
function put(text) {
  const bytes = new TextEncoder().encode(text);
  const place = room(bytes.length);
  new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
  return [place, bytes.length];
}

const lines = readFileSync(kept, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
for (const [earning, order, expected] of lines) {
  const length = preview(...put(earning), ...put(order));
  const said = new TextDecoder().decode(new Uint8Array(memory.buffer, answer(), length));
  if (said === expected) continue;
  console.error(`${order}\n  ${said}\n  ${expected}`);
  process.exit(1);
}
console.log(`${lines.length} previews come to the same bytes in wasm`);
