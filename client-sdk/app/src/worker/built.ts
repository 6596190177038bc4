/** What a build tells its service worker. */

export interface BuiltFile {
  /** Absolute, on the page's own origin. */
  readonly path: string;
  /** Changes with the content; null if the name itself does. */
  readonly revision: string | null;
  readonly bytes: number;
}

export interface Built {
  /** Changes with any of the files, and with the worker. */
  readonly version: string;
  readonly files: readonly BuiltFile[];
}
