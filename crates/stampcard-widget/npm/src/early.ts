/** Requests that start before the wasm is there, and are handed to it when it asks for the same. */

/** How long an answer may wait to be asked for, in milliseconds. */
const FRESH_MS = 15_000;
const TOLD_APART_BY = ["authorization", "accept-language", "stampcard-key"];

interface Started {
  readonly request: Request;
  readonly answer: Promise<Response>;
  readonly at: number;
}

export class Early {
  #started: Started[] = [];

  constructor(
    private readonly endpoint: string,
    private readonly key: string,
    private readonly locale: string,
  ) {}

  /** Starts reading `path`; `token` makes it the member's. */
  start(path: string, token: string | null = null): void {
    const headers = new Headers({ accept: "application/json", "accept-language": this.locale, "stampcard-key": this.key });
    if (token) headers.set("authorization", `Bearer ${token}`);
    const request = new Request(this.endpoint + path, {
      headers,
      cache: token ? "no-cache" : "default",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "strict-origin-when-cross-origin",
    });
    const answer = fetch(request);
    answer.catch(() => undefined);
    this.#started.push({ request, answer, at: performance.now() });
  }

  /** What `fetch` does, with the answer that was started early where there is one. */
  async fetch(request: Request): Promise<Response> {
    const place = this.#started.findIndex((early) => isSame(early.request, request));
    const [early] = place < 0 ? [] : this.#started.splice(place, 1);
    if (early && performance.now() - early.at < FRESH_MS) {
      try {
        return await early.answer;
      } catch {
        // It failed on the way; the one who asks now deserves a try of their own.
      }
    }
    return fetch(request);
  }
}

function isSame(a: Request, b: Request): boolean {
  return (
    a.method === b.method &&
    a.url === b.url &&
    TOLD_APART_BY.every((name) => a.headers.get(name) === b.headers.get(name))
  );
}
