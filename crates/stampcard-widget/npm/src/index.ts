/** The ES module. Importing it does nothing; it may be imported on a server. */

import { cameFrom } from "./place.js";

cameFrom(import.meta.url);

export { createStampcard } from "./create.js";
export { defineStampcard } from "./elements.js";
export { StampcardError } from "./error.js";
export const version = VERSION;
