/** Why something could not be done. */

import type { StampcardErrorCode, StampcardErrorDetail } from "../types/stampcard.js";
import { fileUrl } from "./place.js";

export class StampcardError extends Error {
  override readonly name = "StampcardError";
  readonly docsUrl: string;

  constructor(
    readonly code: StampcardErrorCode,
    readonly retryable = false,
    cause?: unknown,
    hint?: string,
  ) {
    super(hint ? `${code}: ${hint}` : code, { cause });
    this.docsUrl = `${fileUrl("errors.md")}#${code}`;
  }
}

/** Whatever was thrown, as a `StampcardError`. */
export function toError(thrown: unknown): StampcardError {
  return thrown instanceof StampcardError ? thrown : new StampcardError("crashed", true, thrown);
}

/** What an event says of an error. */
export function detailOf({ code, retryable, docsUrl }: StampcardError): StampcardErrorDetail {
  return { code, retryable, docsUrl };
}
