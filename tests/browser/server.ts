import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname ?? __dirname, "../..");
const target = process.env.STAMPCARD_TARGET ?? join(root, "target");

/** A demo shop of its own: real server, real database, free ports. */
export interface Demo {
  /** The shop's origin. */
  shop: string;
  /** The loyalty API's origin. */
  api: string;
  /** Ends it and removes its database. */
  stop(): Promise<void>;
}

/** Starts a demo shop and waits until it listens. */
export async function startDemo(options: string[] = []): Promise<Demo> {
  const data = await mkdtemp(join(tmpdir(), "stampcard-"));
  const child = spawn(
    join(target, "debug/stampcard-demo"),
    ["--port", "0", "--data", data, "--www", join(root, "www"), "--sdk", join(target, "sdk"), ...options],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  const { shop, api } = await listening(child);
  return {
    shop,
    api,
    async stop() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

function listening(child: ChildProcess): Promise<{ shop: string; api: string }> {
  return new Promise((done, failed) => {
    let printed = "";
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const line = printed.match(/listening shop=(\S+) api=(\S+)/);
      if (line) done({ shop: line[1]!, api: line[2]! });
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", failed);
    child.once("exit", (code) => failed(new Error(`the demo shop ended with ${code}:\n${printed}`)));
  });
}
