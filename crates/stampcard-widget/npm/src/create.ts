/** Cards: one member's view of one program, for scripts. */

import type {
  MountHandle,
  MountProps,
  RewardSummary,
  Stampcard,
  StampcardElementName,
  StampcardEvents,
  StampcardOptions,
  TokenSource,
} from "../types/stampcard.js";
import { defineStampcard, isOurs } from "./elements.js";
import { StampcardError, toError } from "./error.js";
import { plain } from "./plain.js";
import { orderText } from "./preview.js";
import { setFolder } from "./place.js";
import { type Scope, type Settings, resolve, scopes } from "./scope.js";
import { type Session, sessionFor, settle } from "./session.js";
import { PREFIX, mountedBy } from "./view.js";
import { answered } from "./wasm.js";

type Listener = (detail: never) => void;
type Hook = (reward: RewardSummary) => boolean | void | Promise<boolean | void>;

const INERT: MountHandle = Object.freeze({ element: null, update() {}, destroy() {} });

export function createStampcard(options: StampcardOptions = {}): Stampcard {
  return createCard(options).card;
}

/** Makes a card, and the scope of the elements that it mounts. */
export function createCard({ base, ...given }: StampcardOptions): { card: Stampcard; scope: Scope } {
  if (given.key?.startsWith("sk_")) {
    throw new StampcardError("not_configured", false, undefined, "a secret key never belongs in a page");
  }
  const isBrowser = typeof document === "object";
  const settings: Settings = { ...given };
  const listeners = new Map<string, Set<Listener>>();
  const hooks = new Set<Hook>();
  const mounted = new Set<MountHandle>();
  let session: Session | undefined;
  let isDestroyed = false;

  const scope: Scope = {
    settings,
    outer: undefined,
    hear(name, detail) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        // A listener that fails is the page's trouble, not that of the listeners after it.
        try {
          listener(detail as never);
        } catch (error) {
          reportError(error);
        }
      }
    },
    async ask(reward) {
      for (const hook of [...hooks]) if ((await hook(reward)) === false) return false;
      return true;
    },
    settle() {
      if (session && resolve(scope)) hold();
    },
  };
  if (isBrowser) {
    if (base) setFolder(base);
    scopes.add(scope);
    settle();
  }

  function hold(): Session {
    const resolved = resolve(scope);
    if (!resolved) throw new StampcardError("not_configured", false, undefined, "endpoint and key are needed");
    const next = sessionFor(resolved).hold(scope);
    if (next !== session) session?.release(scope);
    return (session = next);
  }

  /** The session in the wasm, once everything that the page has just said is settled. */
  async function open() {
    if (!isBrowser) throw new StampcardError("no_browser");
    await Promise.resolve();
    if (isDestroyed) throw new StampcardError("destroyed");
    return hold().open();
  }

  async function headless<T>(call: (wasm: Awaited<ReturnType<typeof open>>) => Promise<unknown>): Promise<T> {
    try {
      const wasm = await open();
      return plain(await answered(() => call(wasm))) as T;
    } catch (error) {
      throw toError(error);
    }
  }

  function change(changes: Settings): void {
    if (isDestroyed) return;
    Object.assign(settings, changes);
    if (isBrowser) settle();
  }

  function mount(target: Element | string, name: StampcardElementName, props: MountProps = {}): MountHandle {
    if (!isBrowser || isDestroyed) return INERT;
    defineStampcard();
    const place = typeof target === "string" ? document.querySelector(target) : target;
    if (!place) throw new StampcardError("target_not_found", false, undefined, String(target));
    const element = document.createElement(PREFIX + name);
    mountedBy.set(element, scope);
    // The class may be another copy's, which does not know this card: it is told in public words.
    Object.assign(element, isOurs(element) ? {} : settings, props);
    place.append(element);
    const handle: MountHandle = Object.freeze({
      element,
      update: (changes: MountProps) => void Object.assign(element, changes),
      destroy() {
        mounted.delete(handle);
        element.remove();
      },
    });
    mounted.add(handle);
    return handle;
  }

  const card: Stampcard = {
    ready: () => (isBrowser ? headless<unknown>((wasm) => wasm.program()).then(() => undefined) : Promise.resolve()),
    mount,
    identify(getToken) {
      // A new function every time: the same one may now speak for another member.
      const source: TokenSource = (request) => getToken(request);
      change({ getToken: source });
    },
    logout: () => change({ getToken: null }),
    update: ({ endpoint, key, locale, theme, brandColor }) =>
      change(
        Object.fromEntries(
          Object.entries({ endpoint, key, locale, theme, brandColor }).filter(([, value]) => value !== undefined),
        ),
      ),
    on<K extends keyof StampcardEvents>(type: K, listener: (event: StampcardEvents[K]) => void) {
      const set = listeners.get(type) ?? new Set();
      listeners.set(type, set.add(listener as Listener));
      return () => void set.delete(listener as Listener);
    },
    hook(_name, ask) {
      hooks.add(ask);
      return () => void hooks.delete(ask);
    },
    me: () => headless((wasm) => wasm.me()),
    rewards: () => headless((wasm) => wasm.rewards()),
    vouchers: () => headless((wasm) => wasm.vouchers()),
    activity: ({ cursor } = {}) => headless((wasm) => wasm.activity(cursor)),
    earn: () => headless((wasm) => wasm.earn()),
    offers: () => headless((wasm) => wasm.offers()),
    referral: () => headless((wasm) => wasm.referral()),
    redeem: ({ rewardId, price }) => headless((wasm) => wasm.redeem(rewardId, price)),
    cancel: ({ redemptionId }) => headless((wasm) => wasm.cancel(redemptionId)),
    activate: ({ offerId, code }) => headless((wasm) => wasm.activate(offerId, code)),
    consents: () => headless((wasm) => wasm.consents()),
    consent: ({ purpose, granted, version, text, locale }) =>
      headless((wasm) => wasm.consent(purpose, granted, version, text, locale)),
    async export({ format = "json" } = {}) {
      await open();
      return hold().copy(format === "csv");
    },
    erase: () => headless<unknown>((wasm) => wasm.erase()).then(() => undefined),
    feedback: ({ surveyId, score, comment }) => headless((wasm) => wasm.feedback(surveyId, score, comment)),
    claim: ({ ruleId }) => headless((wasm) => wasm.claim(ruleId)),
    preview: (order) => headless((wasm) => wasm.preview(orderText(order))),
    refresh: () => headless<unknown>((wasm) => wasm.refresh()).then(() => undefined),
    destroy() {
      if (isDestroyed) return;
      isDestroyed = true;
      for (const handle of [...mounted]) handle.destroy();
      listeners.clear();
      hooks.clear();
      settings.getToken = null;
      scopes.delete(scope);
      session?.release(scope);
      session = undefined;
      if (isBrowser) settle();
    },
  };
  return { card: Object.freeze(card), scope };
}
