/** Where the files beside the script are. */

let folder: string | undefined;

/** Says where this script came from. A folder named by the page stays. */
export function cameFrom(url: string | undefined): void {
  folder ??= url;
}

/** Takes the folder that the page names. */
export function setFolder(url: string): void {
  folder = new URL(url.endsWith("/") ? url : `${url}/`, document.baseURI).href;
}

/** The address of a file beside the script. */
export function fileUrl(name: string): string {
  return new URL(name, folder ?? globalThis.document?.baseURI ?? "file:///").href;
}

/** The address of a file that must be of the same build as this script. */
export function partUrl(name: string): string {
  return `${fileUrl(name)}?v=${BUILD}`;
}
