/** The provider's process: started on a port, ended, and started there again with another key. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("provider-process.mjs", import.meta.url));

export class Provider {
  private constructor(
    private readonly child: ChildProcess,
    readonly issuer: string,
  ) {}

  /** `at`: the server's origin. `issuer`: that of the provider whose place it takes. */
  static async start(at: string, issuer?: string): Promise<Provider> {
    const port = issuer === undefined ? 0 : Number(new URL(issuer).port);
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify({ port, at })], { stdio: ["ignore", "pipe", "inherit"], env: { NODE_ENV: "test" } });
    process.on("exit", () => child.kill("SIGKILL"));
    for await (const line of createInterface({ input: child.stdout })) {
      const found = /^ready (\S+)$/.exec(line)?.[1];
      if (found !== undefined) return new Provider(child, found);
    }
    throw new Error("the provider did not start");
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
}
