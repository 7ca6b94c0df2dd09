/** What is behind a custom element: where its settings come from, and when it starts, moves, fails and ends. */

import type { Mount } from "stampcard-glue";
import type {
  PreviewOrder,
  Purpose,
  RewardSummary,
  StampcardElementEventMap,
  StampcardElementName,
  StampcardEvents,
  TokenSource,
  Voucher,
} from "../types/stampcard.js";
import { wear } from "./brand.js";
import { type Drawn, adopt, failed, make, paint, skeleton } from "./draw.js";
import { StampcardError, detailOf, toError } from "./error.js";
import { pageLocale } from "./locale.js";
import { type Scope, type Settings, nearest, pageScope, panels, resolve, scopes } from "./scope.js";
import { type Session, refresh, sessionFor, settle } from "./session.js";
import { textOf } from "./text.js";
import { tokenFrom } from "./token.js";
import { inWasm, onCrash } from "./wasm.js";

export const PREFIX = "stampcard-";
const PANEL = "stampcard-panel";
/** How far from the viewport an element starts. */
const NEAR = "200px";

/** Which element tells what happens in its program, and how it calls it. */
const EVENTS: {
  readonly [K in keyof StampcardEvents]: {
    readonly name: keyof StampcardElementEventMap;
    readonly from: StampcardElementName | "any" | "none";
  };
} = {
  balanceChanged: { name: "stampcard-balance-changed", from: "balance" },
  tierChanged: { name: "stampcard-tier-changed", from: "tier" },
  redeemed: { name: "stampcard-redeemed", from: "rewards" },
  feedbackGiven: { name: "stampcard-feedback-given", from: "feedback" },
  consentChanged: { name: "stampcard-consent-changed", from: "privacy" },
  erased: { name: "stampcard-erased", from: "privacy" },
  // Sent before the cards are told, as the page may prevent it.
  voucherApplied: { name: "stampcard-voucher-applied", from: "none" },
  error: { name: "stampcard-error", from: "any" },
};

/** The properties of an element that a view reads. */
export type Host = HTMLElement &
  Settings & {
    tokenUrl?: string | null;
    compact?: boolean;
    apply?: boolean;
    loading?: string;
    order?: PreviewOrder | null;
    purposes?: readonly Purpose[] | null;
  };

const of = new WeakMap<Element, HostScope>();
/** The cards that have mounted elements: nearer to them than whatever is around them on the page. */
export const mountedBy = new WeakMap<Element, Scope>();

let near: IntersectionObserver | undefined;

/** An element as a carrier of settings. */
export class HostScope implements Scope {
  #tokenUrl: string | null = null;
  #fromUrl: TokenSource | undefined;

  constructor(protected readonly host: Host) {
    // The panel has two views; the first speaks for the element.
    if (!of.has(host)) of.set(host, this);
  }

  get settings(): Settings {
    const { endpoint, key, locale, theme, brandColor, getToken = this.#sourceFromUrl() } = this.host;
    return { endpoint, key, locale, theme, brandColor, getToken };
  }

  get outer(): Scope | undefined {
    const card = mountedBy.get(this.host);
    if (card) return card;
    const around = programAround(this.host);
    return around ? of.get(around) : pageScope();
  }

  connected(): void {
    scopes.add(this);
    settle();
  }

  /** A move disconnects and connects in one go; only what is still away a microtask later was removed. */
  disconnected(): void {
    queueMicrotask(() => this.host.isConnected || this.left());
  }

  /** Reads everything anew. */
  async refresh(): Promise<void> {
    const resolved = scopes.has(this) && resolve(this);
    if (resolved) await refresh(resolved);
  }

  protected left(): void {
    scopes.delete(this);
    settle();
  }

  /** The same address is the same source: another source would mean another member. */
  #sourceFromUrl(): TokenSource | undefined {
    const url = this.host.tokenUrl ?? null;
    if (url !== this.#tokenUrl) {
      this.#tokenUrl = url;
      this.#fromUrl = url ? tokenFrom(url) : undefined;
    }
    return this.#fromUrl;
  }
}

/** An element that shows something. */
export class View extends HostScope {
  protected readonly base: HTMLElement;
  readonly #root: ShadowRoot;
  #isNear = false;
  #isStarted = false;
  #session: Session | undefined;
  #mount: Mount | undefined;
  #error: StampcardError | undefined;
  /** The part of a panel that is open. */
  part = "";
  /** Counts starts and stops, so that a start that was overtaken ends silently. */
  #run = 0;

  /** `frame` is what has the element's colors, where that is more than what is drawn. */
  constructor(
    host: Host,
    private readonly name: Drawn,
    private readonly frame?: HTMLElement,
  ) {
    super(host);
    this.#root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    // Never the root itself: the wasm's renderer needs a parent that is an element.
    this.base = make(name === "launcher" ? "span" : "div", { part: "base" });
    if (frame) frame.append(this.base);
    else this.#root.replaceChildren(this.base);
    adopt(this.#root);
    if (name === "balance") {
      this.base.addEventListener("click", ({ target }) => {
        if ((target as Element).closest("[data-go]")) [...panels][0]?.open();
      });
    }
  }

  override connected(): void {
    super.connected();
    if (this.#isNear) return;
    this.base.replaceChildren(skeleton(this.name, this.#isCompact));
    near ??= new IntersectionObserver(approach, { rootMargin: NEAR });
    if (this.isEager) this.approached();
    else near.observe(this.host);
  }

  /** Starts now, or as soon as the visitor really comes to a page that was rendered ahead of them. */
  approached(): void {
    near?.unobserve(this.host);
    if (!this.host.isConnected) return;
    if ((document as { prerendering?: boolean }).prerendering) {
      document.addEventListener("prerenderingchange", () => this.approached(), { once: true });
      return;
    }
    this.#isNear = true;
    this.settle();
    if (!this.#isStarted) void this.#start();
  }

  settle(): void {
    if (!this.host.isConnected) return;
    const resolved = resolve(this);
    const session = resolved && sessionFor(resolved).hold(this);
    paint(this.frame ?? this.base, nearest(this, "theme"));
    wear(this.#root, nearest(this, "brandColor"));
    if (session !== this.#session) {
      this.#session?.release(this);
      this.#session = session;
      if (this.#isNear) void this.#start();
    } else {
      inWasm(() => this.#mount?.update(this.#flag, this.#text));
    }
  }

  recover(): void {
    if (this.#error?.retryable) void this.#start();
  }

  hear<K extends keyof StampcardEvents>(name: K, detail: StampcardEvents[K], origin: unknown): void {
    if (origin && origin !== this) return;
    const event = EVENTS[name];
    if (origin || event.from === this.name || event.from === "any") this.send(event.name, detail as never);
  }

  ask(reward: RewardSummary, origin: unknown): boolean {
    return origin !== this || this.send("stampcard-before-redeem", reward, true);
  }

  apply(voucher: Voucher): boolean {
    return this.send("stampcard-voucher-applied", voucher, true);
  }

  shown(guest: boolean): void {
    this.send("stampcard-ready", { guest });
  }

  /** The instance that this view was mounted in is no more. Who was not at fault begins anew. */
  crashed(isAtFault: boolean): void {
    this.#mount = undefined;
    if (!this.#isNear) return;
    if (isAtFault) this.#fail(new StampcardError("crashed", true));
    else void this.#start();
  }

  protected override left(): void {
    super.left();
    near?.unobserve(this.host);
    this.#isNear = this.#isStarted = false;
    this.#stop();
    this.#session?.release(this);
    this.#session = undefined;
  }

  /** Whether it starts before it is near the viewport. */
  protected get isEager(): boolean {
    return this.host.loading === "eager";
  }

  /** Whether another view speaks for the element. */
  protected get isQuiet(): boolean {
    return false;
  }

  /** The language that it speaks. */
  protected get locale(): string {
    return this.#session?.locale ?? pageLocale();
  }

  /** It has just been drawn. */
  protected mounted(): void {}

  get #isCompact(): boolean {
    return this.host.compact ?? false;
  }

  /** Whether the element's own boolean attribute is set. */
  get #flag(): boolean {
    return (this.name === "balance" ? this.host.compact : this.#teller.apply) ?? false;
  }

  get #text(): string {
    return textOf(this.name, this.#teller, this.part);
  }

  /** What the page tells a panel holds for the elements in it. */
  get #teller(): Host {
    const root = this.host.getRootNode();
    return root instanceof ShadowRoot && root.host.localName === PANEL ? (root.host as Host) : this.host;
  }

  async #start(): Promise<void> {
    this.#isStarted = true;
    this.#stop();
    const run = this.#run;
    this.base.replaceChildren(skeleton(this.name, this.#isCompact));
    try {
      if (!this.#session) throw new StampcardError("not_configured", false, undefined, "endpoint and key are needed");
      this.#session.want(this.name);
      const wasm = await this.#session.open();
      await turn();
      if (run !== this.#run) return;
      this.base.replaceChildren();
      this.#mount = inWasm(() => wasm.mount(this.name, this.base, this.#flag, this.#text, this));
      this.mounted();
    } catch (error) {
      if (run === this.#run) this.#fail(toError(error));
    }
  }

  #stop(): void {
    this.#run++;
    this.#error = undefined;
    const mount = this.#mount;
    this.#mount = undefined;
    inWasm(() => mount?.free());
  }

  #fail(error: StampcardError): void {
    this.#stop();
    this.#error = error;
    const retry = error.retryable ? () => void this.#start() : undefined;
    this.base.replaceChildren(...failed(this.name, this.locale, this.#isCompact, retry));
    console.warn(`<${this.host.localName}>`, error);
    this.send("stampcard-error", detailOf(error));
  }

  /** Sends an event from the element; answers whether nobody prevented what it announces. */
  protected send<K extends keyof StampcardElementEventMap>(
    name: K,
    detail: StampcardElementEventMap[K]["detail"],
    cancelable = false,
  ): boolean {
    if (this.isQuiet) return true;
    const options = { bubbles: true, composed: true, cancelable, detail: Object.freeze(detail) };
    return this.host.dispatchEvent(new CustomEvent(name, options));
  }
}

onCrash.add((isAtFault) => {
  for (const scope of [...scopes]) if (scope instanceof View) scope.crashed(isAtFault(scope));
});

function approach(entries: readonly IntersectionObserverEntry[]): void {
  for (const { isIntersecting, target } of entries) {
    const view = of.get(target);
    if (isIntersecting && view instanceof View) view.approached();
  }
}

/** Lets the page have its turn: elements that start together are drawn in a task each. */
function turn(): Promise<void> {
  return new Promise((go) => setTimeout(go));
}

/** The nearest program or panel around an element, also outside the shadow root that it is in. */
function programAround(element: Element): Element | undefined {
  for (let at: Node | null = element.parentNode; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null) {
    if (at instanceof Element && (at.localName === `${PREFIX}program` || at.localName === PANEL)) return at;
  }
  return undefined;
}
