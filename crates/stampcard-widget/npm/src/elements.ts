/** The custom elements: attributes and properties, and nothing else. What they do is in `view.ts`. */

import type { StampcardElementName, StampcardPart, TokenSource } from "../types/stampcard.js";
import { Panel, panelAt } from "./panel.js";
import { settle } from "./session.js";
import { type Host, HostScope, PREFIX, View } from "./view.js";

/** On a server there is nothing to extend, and nothing is ever constructed. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

const SETTINGS = ["endpoint", "key", "locale", "theme", "brand-color"];

/** Makes an element's class. `strings` and `booleans` are attributes with properties of the same meaning. */
function elementClass(scopeOf: (host: Host) => HostScope, strings: string[], booleans: string[] = []) {
  const attributes = [...strings, ...booleans];

  class StampcardElement extends Base {
    static readonly version = VERSION;
    static readonly observedAttributes = attributes;
    readonly #scope = scopeOf(this as unknown as Host);
    #getToken: TokenSource | null | undefined;
    #isUpgraded = false;

    get getToken(): TokenSource | null | undefined {
      return this.#getToken;
    }

    set getToken(source: TokenSource | null | undefined) {
      if (source === this.#getToken) return;
      this.#getToken = source;
      settle();
    }

    refresh(): Promise<void> {
      return this.#scope.refresh();
    }

    connectedCallback(): void {
      this.#upgrade();
      this.#scope.connected();
    }

    connectedMoveCallback(): void {
      settle();
    }

    disconnectedCallback(): void {
      this.#scope.disconnected();
    }

    attributeChangedCallback(): void {
      settle();
    }

    /** A property that was set before the class was known hides the accessor: it is set again. */
    #upgrade(): void {
      if (this.#isUpgraded) return;
      this.#isUpgraded = true;
      for (const name of [...attributes.map(propertyOf), "getToken"]) {
        if (!Object.hasOwn(this, name)) continue;
        const value: unknown = Reflect.get(this, name);
        Reflect.deleteProperty(this, name);
        Reflect.set(this, name, value);
      }
    }
  }

  for (const attribute of attributes) {
    const isBoolean = booleans.includes(attribute);
    Object.defineProperty(StampcardElement.prototype, propertyOf(attribute), {
      configurable: true,
      enumerable: true,
      get(this: Element) {
        return isBoolean ? this.hasAttribute(attribute) : this.getAttribute(attribute);
      },
      set(this: Element, value: unknown) {
        if (isBoolean) this.toggleAttribute(attribute, Boolean(value));
        else if (value == null) this.removeAttribute(attribute);
        else this.setAttribute(attribute, String(value));
      },
    });
  }
  return StampcardElement;
}

const view = (name: StampcardElementName, booleans: string[] = [], strings: string[] = []) =>
  elementClass((host) => (name === "panel" ? new Panel(host) : new View(host, name)), [...SETTINGS, "loading", ...strings], booleans);

/** An element with an object, which only a property can hold. */
function withObject(name: "order" | "purposes", Made: ReturnType<typeof view>) {
  const held = new WeakMap<object, unknown>();
  class Holder extends Made {
    override connectedCallback(): void {
      if (Object.hasOwn(this, name)) {
        const object: unknown = Reflect.get(this, name);
        Reflect.deleteProperty(this, name);
        Reflect.set(this, name, object);
      }
      super.connectedCallback();
    }
  }
  Object.defineProperty(Holder.prototype, name, {
    configurable: true,
    enumerable: true,
    get(this: object) {
      return held.get(this) ?? null;
    },
    set(this: object, object: unknown) {
      held.set(this, object);
      settle();
    },
  });
  return Holder;
}

/** An element that opens and closes. */
function withPanel(Made: ReturnType<typeof view>) {
  return class extends Made {
    open(part?: StampcardPart): void {
      panelAt(this)?.open(part);
    }

    close(): void {
      panelAt(this)?.close();
    }
  };
}

const classes = {
  // First: the other elements look for the settings of a program around them.
  program: elementClass((host) => new HostScope(host), [...SETTINGS, "token-url"]),
  balance: view("balance", ["compact"]),
  tier: view("tier"),
  rewards: view("rewards", ["apply"]),
  vouchers: view("vouchers", ["apply"]),
  activity: view("activity"),
  earn: view("earn"),
  offers: view("offers"),
  product: view("product", [], ["product", "sku", "category", "price", "currency", "quantity"]),
  cart: withObject("order", view("cart", ["apply"])),
  referral: view("referral", [], ["link"]),
  feedback: view("feedback", [], ["survey"]),
  privacy: withObject("purposes", view("privacy")),
  panel: withPanel(withObject("purposes", view("panel", ["apply"], ["launcher", "position", "parts", "join-url", "login-url", "link", "survey"]))),
};

let isWarned = false;

/** Registers the elements that nobody has registered. */
export function defineStampcard(): void {
  if (typeof customElements === "undefined") return;
  for (const [name, made] of Object.entries(classes)) {
    const known = customElements.get(PREFIX + name);
    if (!known) customElements.define(PREFIX + name, made);
    else if (known !== made) warnOfFirst((known as { version?: string }).version);
  }
}

/** Whether this copy of the package is the one whose elements are on the page. */
export function isOurs(element: Element): boolean {
  return Object.values(classes).some((made) => element instanceof made);
}

/** Says, once, that another copy was here before. */
export function warnOfFirst(version: string | undefined): void {
  if (isWarned) return;
  isWarned = true;
  console.warn(`stampcard: version ${version ?? "unknown"} is here already and stays; version ${VERSION} adds nothing`);
}

function propertyOf(attribute: string): string {
  return attribute.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
