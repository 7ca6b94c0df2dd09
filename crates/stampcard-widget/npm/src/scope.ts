/** Who carries settings on this page, and which of them holds for whom. */

import type { RewardSummary, StampcardEvents, Theme, TokenSource, Voucher } from "../types/stampcard.js";
import { pageLocale } from "./locale.js";

/** Nothing means: not said here. */
export interface Settings {
  endpoint?: string | null | undefined;
  key?: string | null | undefined;
  locale?: string | null | undefined;
  theme?: Theme | null | undefined;
  brandColor?: string | null | undefined;
  /** `null` says that there is no member. */
  getToken?: TokenSource | null | undefined;
}

/** An element or a card: it has settings, inherits those it lacks, and hears what happens in its program. */
export interface Scope {
  readonly settings: Settings;
  readonly outer: Scope | undefined;
  /** Something happened; `origin` is the element that it happened in, where there is one. */
  hear?<K extends keyof StampcardEvents>(name: K, detail: StampcardEvents[K], origin: unknown): void;
  /** The backend's answer is shown for the first time. */
  shown?(guest: boolean): void;
  /** Whether a redemption may go on, as far as this scope has a say. */
  ask?(reward: RewardSummary, origin: unknown): boolean | Promise<boolean>;
  /** Announces that a voucher is to be applied; whether nobody prevented it. */
  apply?(voucher: Voucher): boolean;
  /** Looks again at what it inherits. */
  settle?(): void;
  /** Tries again what failed. */
  recover?(): void;
}

export interface Resolved {
  readonly endpoint: string;
  readonly key: string;
  readonly locale: string;
}

/** Every scope that is on the page now, in the order of coming. */
export const scopes = new Set<Scope>();

/** The panels on the page, in the order of coming. Links and pills open the first. */
export const panels = new Set<{ open(part?: string): void }>();

const page: { scope?: Scope | undefined } = {};

/** The settings of the script tag, which hold where nothing nearer says otherwise. */
export function pageScope(): Scope | undefined {
  return page.scope;
}

export function setPageScope(scope: Scope | undefined): void {
  page.scope = scope;
}

/** The nearest of each setting; nothing while endpoint or key is nowhere. */
export function resolve(scope: Scope): Resolved | undefined {
  const endpoint = nearest(scope, "endpoint");
  const key = nearest(scope, "key");
  if (!endpoint || !key) return undefined;
  return { endpoint: absolute(endpoint), key, locale: nearest(scope, "locale") ?? pageLocale() };
}

/** The nearest value of one setting. */
export function nearest<K extends keyof Settings>(scope: Scope, name: K): NonNullable<Settings[K]> | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const value = at.settings[name];
    if (value) return value;
  }
  return undefined;
}

/** Whether a scope is of this program. */
export function isOf(scope: Scope, program: { readonly endpoint: string; readonly key: string }): boolean {
  const resolved = resolve(scope);
  return resolved?.endpoint === program.endpoint && resolved.key === program.key;
}

/**
 * Who knows the member of a program: the last to come of the scopes that say so *for this program*. A token never
 * reaches another endpoint than the one it was given for.
 */
export function tokenSourceFor(program: { readonly endpoint: string; readonly key: string }): TokenSource | null {
  let source: TokenSource | null = null;
  for (const scope of scopes) {
    const { getToken } = scope.settings;
    if (getToken !== undefined && isOf(scope, program)) source = getToken;
  }
  return source;
}

function absolute(endpoint: string): string {
  try {
    return new URL(endpoint, document.baseURI).href.replace(/\/+$/, "");
  } catch {
    return endpoint;
  }
}
