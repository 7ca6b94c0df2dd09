/** Fetches the wasm once, tells what went wrong, and starts a new instance after a crash. */

import instance, { type Glue } from "stampcard-glue";
import { StampcardError } from "./error.js";
import { partUrl } from "./place.js";

const RETRY_WAITS_MS = [400, 1_600];
/** How many crashes in a minute are made up for without anybody asking. */
const CRASHES_MAX = 3;
const CRASHES_MS = 60_000;

let compiled: Promise<WebAssembly.Module> | undefined;
let running: Promise<Glue> | undefined;
let current: Glue | undefined;
/** How to give up what waits for an answer of the running instance. */
const waiting = new Set<(error: StampcardError) => void>();

/** When instances crashed lately. */
let crashes: number[] = [];

/** Called when an instance has crashed, with who was at fault: nothing of the instance may be used again. */
export const onCrash = new Set<(isAtFault: (origin: unknown) => boolean) => void>();

/** The running instance. A failure is forgotten, so that asking again tries again. */
export function load(): Promise<Glue> {
  return (running ??= start().catch((error: unknown) => {
    running = undefined;
    throw error;
  }));
}

/** Calls into the wasm. Whatever comes out of it that is no answer is a crash. */
export function inWasm<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof StampcardError) throw error;
    crash(current, error);
    return undefined;
  }
}

/** What a call into the wasm answers later. A crash until then is an error, and never silence. */
export async function answered<T>(call: () => Promise<T> | undefined): Promise<T | undefined> {
  let giveUp!: (error: StampcardError) => void;
  const crashed = new Promise<never>((_, reject) => waiting.add((giveUp = reject)));
  try {
    return await Promise.race([crashed, inWasm(call)]);
  } finally {
    waiting.delete(giveUp);
  }
}

/** A trap in a listener or a task of the wasm's own, which nobody else would notice. */
export function onUncaught({ error }: ErrorEvent): void {
  if (error instanceof WebAssembly.RuntimeError && error.stack?.includes("stampcard.wasm")) crash(current, error);
}

/** Gives an instance up; what it leaves behind is garbage with it. */
function crash(glue: Glue | undefined, cause: unknown): void {
  if (!glue || glue !== current) return;
  current = running = undefined;
  let culprit: unknown;
  try {
    culprit = glue.drawing();
  } catch {
    // It is too torn to say.
  }
  glue.end();
  console.error("stampcard: crashed", cause);
  const now = performance.now();
  crashes = [...crashes.filter((at) => now - at < CRASHES_MS), now];
  const isFrequent = crashes.length > CRASHES_MAX;
  for (const giveUp of waiting) giveUp(new StampcardError("crashed", true, cause));
  for (const listener of onCrash) listener((origin) => isFrequent || origin === culprit);
}

async function start(): Promise<Glue> {
  compiled ??= compile("stampcard.wasm").catch((error: unknown) => {
    compiled = undefined;
    throw error;
  });
  const module = await compiled;
  const glue = instance();
  await glue.init(module);
  // The stack that led to the panic must be left before anything is torn down.
  glue.watch((place) => queueMicrotask(() => crash(glue, place)));
  return (current = glue);
}

/** Fetches and compiles a wasm file that lies beside the script. */
export async function compile(name: string): Promise<WebAssembly.Module> {
  const url = partUrl(name);
  let violated = "";
  const listen = (event: SecurityPolicyViolationEvent) => {
    if (url.startsWith(event.blockedURI) || event.blockedURI === "wasm-eval") violated = event.effectiveDirective;
  };
  document.addEventListener("securitypolicyviolation", listen);
  try {
    const response = await fetchFile(url);
    if (isWasm(response)) return await WebAssembly.compileStreaming(response);
    const bytes = await response.arrayBuffer();
    if (new Uint32Array(bytes.slice(0, 4))[0] !== 0x6d736100) {
      throw new StampcardError("wasm_invalid", true, undefined, `${url} is not WebAssembly`);
    }
    return await WebAssembly.compile(bytes);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError && /CSP|content security policy|unsafe-eval/i.test(error.message)) {
      throw blocked("script-src 'wasm-unsafe-eval'", error);
    }
    if (violated.startsWith("connect-src")) throw blocked(`connect-src ${new URL(url).origin}`, error);
    if (error instanceof StampcardError) throw error;
    throw new StampcardError("wasm_invalid", true, error);
  } finally {
    document.removeEventListener("securitypolicyviolation", listen);
  }
}

async function fetchFile(url: string): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(url, { credentials: "omit" }).catch((error: unknown) => error);
    if (answer instanceof Response && answer.ok) return answer;
    const wait = RETRY_WAITS_MS[attempt];
    if (wait === undefined || (answer instanceof Response && answer.status < 500)) {
      throw new StampcardError("wasm_unreachable", true, answer, url);
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Streaming needs the right content type; a server that does not know it must not break the page. */
function isWasm(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("application/wasm") ?? false;
}

function blocked(directive: string, cause: unknown): StampcardError {
  return new StampcardError("csp_blocked", false, cause, `the page's Content-Security-Policy needs ${directive}`);
}
