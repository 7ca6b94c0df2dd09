/** The stream of what changes: it is listened to while the page is seen and has a member, so that nothing polls. */

/** How long a silent stream is trusted, in milliseconds; a backend says something every few seconds. */
const SILENT_MS = 60_000;
/** How long after a failure the stream is asked for again at most, in milliseconds; twice as long each time. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
/** How long changes are gathered, in milliseconds: one purchase changes several things. */
const GATHER_MS = 50;
/** The longest line of a stream; whoever sends longer ones is no loyalty backend. */
const LINE_MAX = 8_192;

/** Whom the stream is of, and who is told. */
export interface Listener {
  readonly endpoint: string;
  readonly key: string;
  token(refresh: boolean): Promise<string | null>;
  changed(kind: string): void;
}

/** A stream that lasted this long worked; what ends sooner counts as a failure, in milliseconds. */
const LASTING_MS = 5_000;

/** What came of asking: try again after a while, at once with a new token, or not at all. */
type End = { readonly wait: number; readonly refresh?: boolean } | "refresh" | "never";

export class Live {
  #run: AbortController | undefined;
  #lastId = "";
  readonly #kinds = new Set<string>();
  #failures = 0;

  constructor(private readonly listener: Listener) {}

  /** Listens, unless it does already or nobody sees the page. */
  start(): void {
    if (this.#run || document.hidden) return;
    const run = (this.#run = new AbortController());
    void this.#listen(run.signal).finally(() => {
      if (this.#run === run) this.#run = undefined;
    });
  }

  /** Listens no more. What happens until it starts again is told then. */
  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#failures = 0;
  }

  /** Another member: what the last one had heard is nothing to them. */
  forget(): void {
    this.stop();
    this.#lastId = "";
    this.#kinds.clear();
  }

  async #listen(signal: AbortSignal): Promise<void> {
    for (let refresh = false; !signal.aborted; ) {
      const end: End = await this.#once(refresh, signal).catch((): End => ({ wait: 0 }));
      if (end === "never" || signal.aborted) return;
      refresh = end === "refresh" || end.refresh === true;
      if (end === "refresh") continue;
      const ceiling = Math.min(RETRY_MS * 2 ** this.#failures++, RETRY_MS_MAX);
      await pause(Math.max(end.wait, ceiling * (0.25 + 0.75 * Math.random())), signal);
    }
  }

  /** Asks for the stream and reads it to its end. */
  async #once(refresh: boolean, signal: AbortSignal): Promise<End> {
    const token = await this.listener.token(refresh);
    if (!token || signal.aborted) return "never";
    const headers = new Headers({
      accept: "text/event-stream",
      authorization: `Bearer ${token}`,
      "stampcard-key": this.listener.key,
    });
    if (this.#lastId) headers.set("last-event-id", this.#lastId);
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    signal.addEventListener("abort", abort, { once: true });
    try {
      const answer = await fetch(`${this.listener.endpoint}/v1/me/stream`, {
        headers,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "strict-origin-when-cross-origin",
        signal: attempt.signal,
      });
      if (answer.status === 401) return refresh ? "never" : "refresh";
      if (answer.status === 429 || answer.status >= 500) {
        return { wait: 1_000 * Math.min(Number(answer.headers.get("retry-after")) || 0, 600) };
      }
      const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
      if (!answer.ok || !isStream || !answer.body) return "never";
      const began = performance.now();
      await this.#read(answer.body.getReader(), abort).finally(() => {
        if (performance.now() - began > LASTING_MS) this.#failures = 0;
      });
      // A stream ends with its token.
      return { wait: 0, refresh: true };
    } finally {
      signal.removeEventListener("abort", abort);
      attempt.abort();
    }
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>, abort: () => void): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    let kind = "";
    for (;;) {
      const silence = setTimeout(abort, SILENT_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n/);
      rest = lines.pop() ?? "";
      if (rest.length > LINE_MAX) return;
      for (const line of lines) {
        const [, field, text = ""] = /^(event|id):? ?(.*)$/.exec(line) ?? [];
        if (field === "event") kind = text;
        else if (field === "id") this.#lastId = text;
        else if (!line && kind) {
          this.#gather(kind);
          kind = "";
        }
      }
    }
  }

  #gather(kind: string): void {
    if (this.#kinds.size === 0) setTimeout(() => this.#tell(), GATHER_MS);
    this.#kinds.add(kind);
  }

  #tell(): void {
    const kinds = [...this.#kinds];
    this.#kinds.clear();
    for (const kind of kinds) this.listener.changed(kind);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
  });
}
