// Runs the cases in the wasm that is named, and compares what comes with the bytes that are kept.
//
//   node tests/cases/wasm.mjs target/wasm32-unknown-unknown/debug/stampcard_cases.wasm
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const golden = join(dirname(fileURLToPath(import.meta.url)), "../golden/engine");
const read = (name) => readFileSync(join(golden, name));
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { memory, stampcard_room: room, stampcard_run: run, stampcard_answer: answer } = instance.exports;

/** Puts a text into the wasm's memory: where it is and how long. */
function put(bytes) {
  const place = room(bytes.length);
  new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
  return [place, bytes.length];
}

const lines = readdirSync(golden)
  .filter((name) => name.endsWith(".cases.json"))
  .sort()
  .flatMap((name) => {
    const length = run(...put(read("plain.program.json")), ...put(read(name)));
    const text = new TextDecoder().decode(new Uint8Array(memory.buffer, answer(), length));
    if (!text.startsWith("{")) throw new Error(`${name}: ${text}`);
    return text.trimEnd().split("\n");
  });

const kept = read("answers.jsonl").toString().trimEnd().split("\n");
const differs = lines.findIndex((line, place) => line !== kept[place]);
if (differs >= 0 || lines.length !== kept.length) {
  console.error(`${lines.length} of ${kept.length} cases; the first that differs:\n  ${lines[differs]?.slice(0, 1000)}\n  ${kept[differs]?.slice(0, 1000)}`);
  process.exit(1);
}
console.log(`${lines.length} cases come to the same bytes in wasm`);
