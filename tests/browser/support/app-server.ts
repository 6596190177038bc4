/** Serves a copy of the built app that a test may change, as a new version of it would; it has no boards. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BUILT = process.env["KAKEHASHI_APP"] ?? join(dirname(fileURLToPath(import.meta.url)), "../../../client-sdk/app/dist");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

export class AppServer {
  /** Paths that are answered by 500. */
  readonly broken = new Set<string>();
  private readonly folder = mkdtempSync(join(tmpdir(), "kakehashi-app-"));

  private constructor(private readonly server: Server) {}

  static async start(): Promise<AppServer> {
    const server = createServer();
    const app = new AppServer(server);
    cpSync(BUILT, app.folder, { recursive: true });
    server.on("request", (request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://here");
      const path = pathname === "/" ? "/index.html" : pathname;
      if (app.broken.has(path)) {
        response.writeHead(500).end();
        return;
      }
      try {
        const content = readFileSync(join(app.folder, path));
        response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Cache-Control": "no-cache" }).end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return app;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Another version: its page says so, and its worker has another list. */
  release(version: string): void {
    this.change("index.html", (page) => page.replace("<head>", `<head><meta name="test-version" content="${version}">`));
    this.change("sw.js", (worker) => worker.replace(/\\"version\\":\\"[^"\\]+\\"/, `\\"version\\":\\"${version}\\"`));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    rmSync(this.folder, { recursive: true });
  }

  private change(name: string, edit: (before: string) => string): void {
    const path = join(this.folder, name);
    const before = readFileSync(path, "utf8");
    const after = edit(before);
    if (after === before) throw new Error(`${name} is not as this test knows it`);
    writeFileSync(path, after);
  }
}
