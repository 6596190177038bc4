/**
 * Builds `src/worker/sw.ts` as `/sw.js`, outside the hashed names, and writes into it which files
 * there are: the worker keeps these on the device. The list gives the worker a new content whenever
 * any file has one, and so tells browsers of a new version.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { Built, BuiltFile } from "../src/worker/built";

/** The entry's name in `build.rolldownOptions.input`. */
export const WORKER = "sw";
const FILE = "sw.js";
/** What stands in the worker's source for the list. */
const PLACE = /(["'`])__BUILT__\1/;
/** Names with a hash of their content in them never need to be asked for again. */
const HASHED = /^assets\//;
/** Characters of a hash that tell two contents apart. */
const HASH_LENGTH = 12;

export function serviceWorker(): Plugin {
  let publicFolder = "";
  return {
    name: "kakehashi-service-worker",
    apply: "build",
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        const worker = bundle[FILE];
        if (worker?.type !== "chunk") throw new Error(`${FILE} is not part of the build`);
        if (worker.imports.length + worker.dynamicImports.length > 0) throw new Error(`${FILE} shares code with the app; it has to stand alone`);
        if (!PLACE.test(worker.code)) throw new Error(`${FILE} has no place for the list of files`);
        const files: BuiltFile[] = [];
        for (const [name, output] of Object.entries(bundle)) {
          if (name !== FILE && !name.endsWith(".map")) files.push(entry(name, output.type === "chunk" ? output.code : output.source));
        }
        for (const name of publicFolder === "" ? [] : readdirSync(publicFolder)) files.push(entry(name, readFileSync(join(publicFolder, name))));
        files.sort((a, b) => (a.path < b.path ? -1 : 1));
        const built: Built = { version: hash(JSON.stringify([worker.code, files])), files };
        worker.code = worker.code.replace(PLACE, () => JSON.stringify(JSON.stringify(built)));
      },
    },
  };
}

function entry(name: string, content: string | Uint8Array): BuiltFile {
  return { path: `/${name}`, revision: HASHED.test(name) ? null : hash(content), bytes: Buffer.byteLength(content) };
}

function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, HASH_LENGTH);
}
