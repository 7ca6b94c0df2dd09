/** What the build puts in. */

/** Differs from build to build. */
declare const BUILD: string;
declare const VERSION: string;
/** For each language: "the program cannot be reached", "try again", "close", "rewards", and, but for English, its catalogue's SHA-256. */
declare const SENTENCES: Readonly<
  Record<string, readonly [unavailable: string, retry: string, close: string, rewards: string, sum?: string]>
>;

declare module "stampcard-css" {
  const css: string;
  export default css;
}

/** The wasm module's JavaScript side, as a function: each call makes a new instance with memory of its own. */
declare module "stampcard-glue" {
  /** What the wasm asks of the shell. */
  export interface Host {
    fetch(request: Request): Promise<Response>;
    token(refresh: boolean): Promise<string | null>;
    /** Whether the redemption may go on. */
    ask(reward: unknown, origin: unknown): Promise<boolean>;
    /** What an order, as JSON, would earn by what the backend told. */
    preview(earning: unknown, order: string): Promise<unknown>;
    /** Something happened to the member or to the program. */
    tell(name: string, detail: unknown, origin: unknown): void;
    /** Hands a voucher to the page; whether it takes it. */
    apply(voucher: unknown, origin: unknown): boolean;
    /** Hands the member a copy of everything, or of the ledger as a table. */
    save(table: boolean): Promise<void>;
    /** An element shows the backend's answer for the first time. */
    shown(origin: unknown, guest: boolean): void;
    /** A round of reading ended; not `ok` when any of it failed. */
    settled(ok: boolean): void;
    /** Makes the error that a promise is rejected with. */
    error(code: string, retryable: boolean, hint: string): unknown;
    /** Makes a random idempotency key. */
    newKey(): string;
  }

  export interface Mount {
    /** `flag`: whether the element's own boolean attribute is set; `text`: what the page says to this element alone. */
    update(flag: boolean, text: string): void;
    free(): void;
  }

  export interface WasmSession {
    /** `flag` and `text` as `update` takes them. */
    mount(element: string, base: HTMLElement, flag: boolean, text: string, origin: unknown): Mount | undefined;
    /** The language of sentences and answers. */
    set_locale(tag: string, catalogue: unknown): void;
    /** Another member is here, or none any more. */
    identify(): void;
    refresh(): Promise<void>;
    /** The backend has told of a change of this kind. */
    changed(kind: string): void;
    program(): Promise<unknown>;
    me(): Promise<unknown>;
    rewards(): Promise<unknown>;
    vouchers(): Promise<unknown>;
    activity(cursor: string | undefined): Promise<unknown>;
    earn(): Promise<unknown>;
    offers(): Promise<unknown>;
    referral(): Promise<unknown>;
    redeem(rewardId: string, price: number | undefined): Promise<unknown>;
    cancel(redemptionId: string): Promise<unknown>;
    activate(offerId: string, code: string | undefined): Promise<unknown>;
    claim(ruleId: string): Promise<unknown>;
    preview(order: string): Promise<unknown>;
    consents(): Promise<unknown>;
    consent(purpose: string, granted: boolean, version: string, text: string, locale: string): Promise<unknown>;
    erase(): Promise<unknown>;
    feedback(surveyId: string, score: number, comment: string | undefined): Promise<unknown>;
    free(): void;
  }

  export interface Glue {
    init(module: WebAssembly.Module): Promise<void>;
    /** Whatever still calls into it gets no answer from now on. */
    end(): void;
    /** Calls back when the wasm has panicked, with the place in its source. */
    watch(panicked: (place: string) => void): void;
    /** The element that is being drawn, or was when it crashed; undefined where none was. */
    drawing(): unknown;
    Session: new (host: Host, endpoint: string, key: string, locale: string, catalogue: unknown) => WasmSession;
  }

  export default function instance(): Glue;
}
