/** What the elements and cards of one program in one language share: one client, one state, one set of listeners. */

import type { Host, WasmSession } from "stampcard-glue";
import type { RewardSummary, StampcardEvents, TokenSource, Voucher } from "../types/stampcard.js";
import type { Drawn } from "./draw.js";
import { Early } from "./early.js";
import { StampcardError, detailOf, toError } from "./error.js";
import { Live } from "./live.js";
import { catalogueFor } from "./locale.js";
import { plain } from "./plain.js";
import { previewed } from "./preview.js";
import { type Resolved, type Scope, isOf, resolve, scopes, tokenSourceFor } from "./scope.js";
import { ask } from "./token.js";
import { answered, inWasm, load, onCrash, onUncaught } from "./wasm.js";

/** How often at most it is read again because the member looks at the page again, in milliseconds. */
const LOOK_AGAIN_MS = 20_000;
/** How long after a failure it is read again, in milliseconds; twice as long each time. */
const RECOVER_MS = 5_000;
const RECOVER_MS_MAX = 60_000;

/** What an element asks for of a member, and what it asks for instead where there is none. */
type Asked = readonly [mine: string, open?: string];

const ME: Asked = ["/v1/me"];
const REWARDS: Asked = ["/v1/me/rewards?limit=100", "/v1/rewards?limit=100"];
const VOUCHERS: Asked = ["/v1/me/vouchers?limit=100"];
const EARNING: Asked = ["/v1/me/earning", "/v1/program/earning"];

/** What an element asks for first besides program and member. */
const FIRST: Partial<Record<Drawn, readonly Asked[]>> = {
  rewards: [REWARDS],
  vouchers: [VOUCHERS],
  activity: [["/v1/me/entries?limit=20"]],
  earn: [["/v1/me/ways-to-earn?limit=100"]],
  offers: [["/v1/me/offers?limit=100"]],
  product: [EARNING],
  cart: [EARNING, REWARDS, VOUCHERS],
  referral: [["/v1/me/referral"]],
  feedback: [["/v1/me/feedback"]],
  privacy: [["/v1/me/consents"]],
};

/** How long a copy of everything may take, in milliseconds. */
const EXPORT_MS = 60_000;

const sessions = new Set<Session>();
let isSettling = false;

/** The page's session for these settings. */
export function sessionFor({ endpoint, key, locale }: Resolved): Session {
  return find(endpoint, key, locale) ?? new Session(endpoint, key, locale);
}

/** Reads everything of a program anew, in whatever languages it is shown. */
export async function refresh(program: { readonly endpoint: string; readonly key: string }): Promise<void> {
  await Promise.all([...sessions].map((session) => isSame(session, program) && session.refresh()));
}

/** Lets everything look again at what it inherits: once, however many settings change at a time. */
export function settle(): void {
  if (isSettling) return;
  isSettling = true;
  queueMicrotask(() => {
    isSettling = false;
    for (const session of [...sessions]) session.followLocale();
    for (const scope of [...scopes]) scope.settle?.();
    for (const session of [...sessions]) session.followToken();
  });
}

export class Session {
  readonly #users = new Set<Scope>();
  readonly #host: Host;
  #early: Early;
  #source: TokenSource | null | undefined;
  #firstToken: Promise<string | null> | undefined;
  #lastToken: Promise<string | null> | undefined;
  readonly #live: Live;
  readonly #wants = new Set<Asked>();
  /** The languages that could not be had. */
  readonly #lost = new Set<string>();
  #opening: Promise<WasmSession> | undefined;
  #wasm: WasmSession | undefined;
  #readAt = 0;
  #recoverMs = RECOVER_MS;
  #recovery: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly endpoint: string,
    readonly key: string,
    public locale: string,
  ) {
    this.#early = new Early(endpoint, key, locale);
    this.#host = {
      fetch: (request) => this.#early.fetch(request),
      token: (refresh) => this.#token(refresh),
      ask: (reward, origin) => this.#ask(plain(reward) as RewardSummary, origin),
      preview: previewed,
      tell: (name, detail, origin) => {
        const told = detail instanceof StampcardError ? detailOf(detail) : detail;
        this.#tell(name as keyof StampcardEvents, plain(told) as never, origin);
      },
      apply: (voucher, origin) => this.#apply(plain(voucher) as Voucher, origin),
      save: async (table) => save(await this.copy(table), table ? "stampcard.csv" : "stampcard.json"),
      shown: (origin, guest) => (origin as Scope).shown?.(guest),
      settled: (ok) => this.#settled(ok),
      error: (code, retryable, hint) => new StampcardError(code, retryable, undefined, hint),
      newKey,
    };
    this.#live = new Live({
      endpoint,
      key,
      token: (refresh) => (!refresh && this.#lastToken) || this.#token(refresh),
      changed: (kind) => void inWasm(() => this.#wasm?.changed(kind)),
    });
    if (sessions.size === 0) listen(true);
    sessions.add(this);
  }

  /** Counts in one more that needs this session. */
  hold(user: Scope): this {
    this.#users.add(user);
    return this;
  }

  /** Counts one out. With the last one everything is freed. */
  release(user: Scope): void {
    if (!this.#users.delete(user) || this.#users.size > 0) return;
    sessions.delete(this);
    if (sessions.size === 0) listen(false);
    clearTimeout(this.#recovery);
    this.#live.stop();
    void this.#opening?.then(
      (wasm) => wasm === this.#wasm && inWasm(() => wasm.free()),
      () => undefined,
    );
  }

  /** Starts reading what an element of this name will ask for, side by side with the wasm. */
  want(element: Drawn): void {
    if (this.#wasm) return;
    const asked = [ME, ...(FIRST[element] ?? [])].filter((one) => !this.#wants.has(one));
    if (asked.includes(ME)) this.#early.start("/v1/program");
    for (const one of asked) this.#wants.add(one);
    this.#source ??= tokenSourceFor(this);
    this.#firstToken ??= this.#lastToken = ask(this.#source, false);
    const early = this.#early;
    this.#firstToken.then(
      (token) => {
        for (const [mine, open] of asked) {
          const path = token ? mine : open;
          if (path) early.start(path, token);
        }
      },
      () => undefined,
    );
  }

  /** The running session in the wasm. */
  open(): Promise<WasmSession> {
    return (this.#opening ??= this.#start().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    }));
  }

  /** A copy of everything that is known of the member, or of the ledger as a table. */
  async copy(table: boolean): Promise<Blob> {
    for (let refresh = false; ; refresh = true) {
      const token = await this.#token(refresh);
      if (!token) throw new StampcardError("unauthorized");
      const headers = { authorization: `Bearer ${token}`, "accept-language": this.locale, "stampcard-key": this.key };
      const answer = await fetch(`${this.endpoint}/v1/me/export?format=${table ? "csv" : "json"}`, {
        headers,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "strict-origin-when-cross-origin",
        signal: AbortSignal.timeout(EXPORT_MS),
      }).catch((error: unknown) => {
        throw new StampcardError("offline", true, error);
      });
      if (answer.status === 401 && !refresh) continue;
      if (answer.ok) return answer.blob();
      throw new StampcardError(answer.status === 401 ? "unauthorized" : "server_error", answer.status >= 500);
    }
  }

  /** Reads everything anew. */
  async refresh(): Promise<void> {
    this.#readAt = performance.now();
    await answered(() => this.#wasm?.refresh());
  }

  /** The member is back: at the page, or on the network (`now`). */
  wake(now: boolean): void {
    if (this.#wasm) this.#live.start();
    if (now || performance.now() - this.#readAt > LOOK_AGAIN_MS) this.refresh().catch(() => undefined);
  }

  /** Nobody looks at the page. */
  sleep(): void {
    this.#live.stop();
  }

  /** Changes the language in place when everything that shares this session changes it alike. */
  followLocale(): void {
    const locales = new Set([...this.#users].map((user) => (isOf(user, this) ? resolve(user)?.locale : undefined)));
    const [locale] = locales;
    if (locales.size !== 1 || !locale || find(this.endpoint, this.key, locale)) return;
    this.locale = locale;
    this.#early = new Early(this.endpoint, this.key, locale);
    void Promise.all([this.open(), this.#catalogue(locale)]).then(
      ([wasm, catalogue]) => this.locale === locale && wasm === this.#wasm && inWasm(() => wasm.set_locale(locale, catalogue)),
      () => undefined,
    );
  }

  /** Takes the token source of now; another one means another member. */
  followToken(): void {
    const source = tokenSourceFor(this);
    if (this.#source === undefined || source === this.#source) return;
    this.#source = source;
    this.#firstToken = this.#lastToken = undefined;
    this.#early = new Early(this.endpoint, this.key, this.locale);
    this.#live.forget();
    inWasm(() => this.#wasm?.identify());
    if (this.#wasm) this.#live.start();
  }

  /** The wasm is gone, and nothing in it may be touched again. */
  drop(): void {
    this.#opening = this.#wasm = undefined;
    this.#live.stop();
    this.#wants.clear();
  }

  async #start(): Promise<WasmSession> {
    const locale = this.locale;
    const [glue, catalogue] = await Promise.all([load(), this.#catalogue(locale)]);
    this.#source ??= tokenSourceFor(this);
    this.#readAt = performance.now();
    this.#wasm = new glue.Session(this.#host, this.endpoint, this.key, locale, catalogue);
    // The last element may have left meanwhile.
    if (sessions.has(this)) this.#live.start();
    return this.#wasm;
  }

  /** The sentences of a language. English stands in for one that cannot be had, which is told once. */
  async #catalogue(locale: string): Promise<unknown> {
    try {
      return await catalogueFor(locale);
    } catch (error) {
      if (this.#lost.has(locale)) return undefined;
      this.#lost.add(locale);
      console.warn("stampcard: English stands in", error);
      this.#tell("error", detailOf(toError(error)), undefined);
      return undefined;
    }
  }

  /** The first token may have been asked for early. */
  #token(refresh: boolean): Promise<string | null> {
    const first = this.#firstToken;
    this.#firstToken = undefined;
    const token = (!refresh && first) || ask(this.#source, refresh);
    this.#lastToken = token;
    token.catch(() => this.#lastToken === token && (this.#lastToken = undefined));
    return token;
  }

  async #ask(reward: RewardSummary, origin: unknown): Promise<boolean> {
    try {
      for (const scope of [...scopes]) {
        if (scope.ask && isOf(scope, this) && !(await scope.ask(reward, origin))) return false;
      }
      return true;
    } catch (error) {
      console.error("stampcard: a hook failed, so nothing is redeemed", error);
      return false;
    }
  }

  /** Hands a voucher to the page; whether it takes it. */
  #apply(voucher: Voucher, origin: unknown): boolean {
    if ((origin as Scope).apply?.(voucher) === false) return false;
    // The element has said it itself.
    this.#tell("voucherApplied", voucher, undefined);
    return true;
  }

  #tell<K extends keyof StampcardEvents>(name: K, detail: StampcardEvents[K], origin: unknown): void {
    for (const scope of [...scopes]) {
      if (isOf(scope, this)) scope.hear?.(name, detail, origin);
    }
    if (name !== "redeemed") return;
    for (const session of [...sessions]) if (session !== this && isSame(session, this)) session.wake(true);
  }

  #settled(ok: boolean): void {
    clearTimeout(this.#recovery);
    if (ok) {
      this.#recoverMs = RECOVER_MS;
      return;
    }
    this.#readAt = -Infinity;
    this.#recovery = setTimeout(() => document.hidden || this.wake(true), this.#recoverMs);
    this.#recoverMs = Math.min(this.#recoverMs * 2, RECOVER_MS_MAX);
  }
}

onCrash.add(() => {
  for (const session of sessions) session.drop();
});

function find(endpoint: string, key: string, locale: string): Session | undefined {
  return [...sessions].find((session) => isSame(session, { endpoint, key }) && session.locale === locale);
}

function isSame(session: Session, program: { readonly endpoint: string; readonly key: string }): boolean {
  return session.endpoint === program.endpoint && session.key === program.key;
}

/** `randomUUID` is there on secure pages only. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return crypto.randomUUID?.() ?? Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Listens to the page while there is a session. */
function listen(on: boolean): void {
  const change = on ? "addEventListener" : "removeEventListener";
  for (const name of ["focus", "online", "pageshow", "stampcard-refresh"]) globalThis[change](name, onPage);
  globalThis[change]("error", onUncaught as EventListener);
  document[change]("visibilitychange", onPage);
}

function onPage(event: Event): void {
  if (event.type === "pageshow" && !(event as PageTransitionEvent).persisted) return;
  if (document.hidden) {
    for (const session of [...sessions]) session.sleep();
    return;
  }
  const now = event.type !== "focus" && event.type !== "visibilitychange";
  // A stream that waits for the network need not wait any longer.
  if (event.type === "online") for (const session of [...sessions]) session.sleep();
  for (const session of [...sessions]) session.wake(now);
  if (!now) return;
  for (const scope of [...scopes]) scope.recover?.();
}

/** Hands the visitor a file. */
function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser reads it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), EXPORT_MS);
}
