/** The panel: a launcher at the window's edge, and a dialog with everything that a member has and may do. */

import type { StampcardPart } from "../types/stampcard.js";
import { make } from "./draw.js";
import { sentences } from "./locale.js";
import { panels } from "./scope.js";
import { type Host, View } from "./view.js";

/** A link of the page that opens the panel, also from another page. */
const LINK = /^#stampcard(?:=([a-z]*))?$/;

const panelOf = new WeakMap<object, Panel>();

/** The panel of an element. */
export function panelAt(host: object): Panel | undefined {
  return panelOf.get(host);
}

/** The launcher is what the element itself shows. */
export class Panel extends View {
  readonly #dialog = make("dialog", {
    class: "panel",
    part: "dialog",
    "aria-labelledby": "title",
    tabindex: "-1",
    autofocus: "",
  }) as HTMLDialogElement;
  readonly #close = make("button", { class: "round close", part: "button close", type: "button" });
  readonly #inside: Inside;
  /** Where the last press began: a press that began on the drawer and ended beside it does not close. */
  #pressed: EventTarget | null = null;

  constructor(host: Host) {
    const launcher = make("button", { class: "launcher", part: "launcher", type: "button", "aria-haspopup": "dialog" });
    super(host, "launcher", launcher);
    const drawer = make("div", { class: "drawer", part: "drawer" });
    drawer.append(this.#close);
    this.#inside = new Inside(host, "panel", drawer);
    this.#dialog.append(drawer);
    host.shadowRoot?.append(launcher, this.#dialog);
    panelOf.set(host, this);

    launcher.addEventListener("click", () => this.open());
    this.#close.addEventListener("click", () => this.close());
    this.#dialog.addEventListener("pointerdown", ({ target }) => (this.#pressed = target));
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog && this.#pressed === target) this.close();
      const go = (target as Element).closest<HTMLElement>("[data-go]");
      if (go) this.open(go.dataset["go"]);
    });
    this.#dialog.addEventListener("close", () => this.#closed());
  }

  /** Opens a part, or the home. Open already, it goes there. */
  open(part = ""): void {
    if (!this.host.isConnected) return;
    this.recover();
    this.#inside.part = /^[a-z]+$/.test(part) && part !== "home" ? part : "";
    if (this.#dialog.open) {
      this.#inside.settle();
      this.#inside.recover();
    } else {
      this.#dialog.showModal();
      this.#inside.connected();
    }
    this.#inside.begin();
    this.send("stampcard-opened", this.#told());
  }

  close(): void {
    this.#dialog.close();
  }

  override connected(): void {
    super.connected();
    if (panels.size === 0) addEventListener("hashchange", follow);
    panels.add(this);
    // A dialog that is moved with its element leaves the top layer without being closed.
    if (this.#dialog.open && !this.#dialog.matches(":modal")) {
      this.#dialog.close();
      this.#dialog.showModal();
    }
    follow();
  }

  override settle(): void {
    super.settle();
    this.#close.ariaLabel = sentences(this.locale).close;
  }

  protected override left(): void {
    panels.delete(this);
    if (panels.size === 0) removeEventListener("hashchange", follow);
    this.#inside.leave();
    this.#dialog.close();
    super.left();
  }

  #told(): { readonly part: StampcardPart } {
    return { part: (this.#inside.part || "home") as StampcardPart };
  }

  /** The dialog was closed, by whatever means; the browser has given focus back to what opened it. */
  #closed(): void {
    if (this.#dialog.open || !this.host.isConnected) return;
    this.#inside.leave();
    // The link would open nothing when it is followed again.
    if (LINK.test(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
    this.send("stampcard-closed", this.#told());
  }
}

/** What is in the dialog: there while it is open. */
class Inside extends View {
  override part = "";

  /** Starts at the top: the heading takes the focus, once all that is due has been drawn. */
  begin(): void {
    requestAnimationFrame(() => {
      this.base.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
      this.base.querySelector(".body")?.scrollTo(0, 0);
    });
  }

  leave(): void {
    this.left();
  }

  /** What crashed was perhaps a part: the home comes back, and with it the way to the others. */
  override crashed(isAtFault: boolean): void {
    const { part } = this;
    this.part = "";
    super.crashed(isAtFault);
    if (part) queueMicrotask(() => panelAt(this.host)?.open());
  }

  protected override get isEager(): boolean {
    return true;
  }

  protected override get isQuiet(): boolean {
    return true;
  }

  protected override mounted(): void {
    this.begin();
  }
}

/** Opens what the page's address names. */
function follow(): void {
  const [link, part] = LINK.exec(location.hash) ?? [];
  if (link) [...panels][0]?.open(part);
}
