import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, type WriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Clock } from "./clock.ts";

const end2end = resolve(import.meta.dirname, "..");
const root = resolve(end2end, "..");
const binary = resolve(process.env["USHER_BIN"] ?? join(root, "target/debug/usher"));

export const organization = "Acme Clinics";

export const owner = {
  name: "Olive Owner",
  firstName: "Olive",
  email: "olive@acme.example",
  password: "correct-teal-tramway-92",
};

/** The owner of the demonstration, `usher serve --demo`. */
export const demoOwner = {
  email: "vera@harbourclinics.example",
  password: "harbour lights at dawn",
};

/** One installation of Usher: a data folder of its own, a port of its own, and the process while it runs. */
export class UsherServer {
  readonly url: string;
  readonly clock: Clock;
  /** Everything that the server has written, on both outputs. */
  readonly lines: string[] = [];
  readonly logFile: string;
  readonly #log: WriteStream;
  readonly #watchers = new Set<() => void>();
  #process: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();

  private constructor(
    name: string,
    private readonly port: number,
    private readonly folder: string,
    private readonly mail: string,
    private readonly sms: string | undefined,
    /** Where it takes reports of delivery; 0: nowhere. */
    readonly bouncesPort: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.clock = new Clock(join(folder, "clock"));
    const logs = join(end2end, "test-results", "servers");
    mkdirSync(logs, { recursive: true });
    this.logFile = join(logs, `${name}.log`);
    this.#log = createWriteStream(this.logFile);
  }

  /**
   * A place for an installation; nothing is made or started in it yet. `mail` and `sms` are the settings `mail.url` and
   * `sms.url`; with `bounces` it takes reports of delivery.
   */
  static async prepare(name: string, mail: string, sms?: string, bounces = false): Promise<UsherServer> {
    if (!existsSync(binary)) throw new Error(`no binary at ${binary}: build it first, or set USHER_BIN`);
    const folder = await mkdtemp(join(tmpdir(), "usher-e2e-"));
    return new UsherServer(name, await freePort(), folder, mail, sms, bounces ? await freePort() : 0);
  }

  /** `usher setup`: makes the database, the organization and its owner. */
  async setUp(): Promise<void> {
    const child = this.#spawn([
      "setup",
      "--organization",
      organization,
      "--owner-name",
      owner.name,
      "--owner-email",
      owner.email,
    ]);
    const code = await ended(child);
    if (code !== 0) throw new Error(`usher setup ended with ${code}:\n${this.lines.join("\n")}`);
  }

  /** `usher serve`, until it answers. */
  async start(demo = false): Promise<void> {
    const child = this.#spawn(demo ? ["serve", "--demo"] : ["serve"]);
    this.#process = child;
    this.#exited = new Promise((done, fail) => {
      child.once("error", fail).once("close", () => {
        this.#process = undefined;
        done();
      });
    });
    const deadline = Date.now() + 30_000;
    while (!(await this.#answers())) {
      if (!this.#process) throw new Error(`usher serve ended early:\n${this.lines.slice(-20).join("\n")}`);
      if (Date.now() > deadline) throw new Error(`usher serve does not answer: see ${this.logFile}`);
      await pause(50);
    }
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Ends the process with no chance to tidy up. */
  async crash(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#exited;
  }

  /** Asks the process to end, insists after 10 seconds and finds fault with that. */
  async stop(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    child.kill("SIGTERM");
    let insisted = false;
    const insist = setTimeout(() => {
      insisted = true;
      child.kill("SIGKILL");
    }, 10_000);
    await this.#exited;
    clearTimeout(insist);
    if (insisted) throw new Error("usher serve did not end within 10 seconds of SIGTERM");
  }

  /** `usher audit verify`: whatever was done here is in the audit log as it was written. */
  async verifyAudit(): Promise<void> {
    const from = this.lines.length;
    const code = await ended(this.#spawn(["audit", "verify"]));
    const said = this.lines.slice(from).join("\n");
    if (code !== 0 || !/^\d+ events?, intact$/m.test(said)) throw new Error(`usher audit verify ended with ${code}:\n${said}`);
  }

  /** Stops, sees that the audit log is intact, and removes what the installation stored. The log stays. */
  async dispose(): Promise<void> {
    try {
      await this.stop();
      await this.verifyAudit();
    } finally {
      this.#log.end();
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  /** The first line of the output that matches, now or later. */
  async line(pattern: RegExp): Promise<RegExpMatchArray> {
    const find = () => this.lines.map((line) => line.match(pattern)).find((match) => match !== null);
    return new Promise((done, fail) => {
      const look = () => {
        const match = find();
        if (!match) return;
        clearTimeout(late);
        this.#watchers.delete(look);
        done(match);
      };
      const late = setTimeout(() => {
        this.#watchers.delete(look);
        fail(new Error(`no line ${pattern} in ${this.logFile}`));
      }, 10_000);
      this.#watchers.add(look);
      look();
    });
  }

  #spawn(args: string[]): ChildProcess {
    const child = spawn(binary, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        RUST_BACKTRACE: "1",
        NO_COLOR: "1",
        LEPTOS_SITE_ADDR: `127.0.0.1:${this.port}`,
        USHER_OWNER_PASSWORD: owner.password,
        USHER_SERVER__PUBLIC_URL: this.url,
        USHER_SERVER__DATA_DIR: this.folder,
        USHER_SERVER__TEST_CLOCK: this.clock.file,
        USHER_DATABASE__URL: `sqlite://${join(this.folder, "usher.db")}?mode=rwc`,
        USHER_MAIL__URL: this.mail,
        USHER_MAIL__TIMEOUT: "2",
        ...(this.sms === undefined ? {} : { USHER_SMS__URL: this.sms }),
        ...(this.bouncesPort > 0 && {
          USHER_BOUNCES__LISTEN: `127.0.0.1:${this.bouncesPort}`,
          USHER_BOUNCES__ADDRESS: "bounces@usher.example",
        }),
        USHER_LIMITS__FACTOR: "1000",
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log.write(text);
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        this.lines.push(...lines);
        for (const look of [...this.#watchers]) look();
      });
    }
    return child;
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).status === 200;
    } catch {
      return false;
    }
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done, fail) => child.once("error", fail).once("close", done));
}

async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === "object" ? done(address.port) : fail(new Error("no port"))));
    });
  });
}
