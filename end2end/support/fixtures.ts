import { type Page, test as base } from "@playwright/test";
import { Api } from "./api.ts";
import { type Person, person, RawVisitor } from "./http.ts";
import { demoOwner, owner, UsherServer } from "./server.ts";
import { invitationLink, Sink } from "./sink.ts";
import { SmsSink } from "./sms-sink.ts";
import { Watch } from "./watch.ts";

export { expect } from "@playwright/test";

/** What a spec file asks for; each file gives an object of its own, and so gets a server of its own. */
export interface Installation {
  /** Names the log. */
  name: string;
  /** Whether the organization is there from the start. */
  setUp?: boolean;
  mail?: "sink" | "mailbox";
  /** `mailbox`, unless it is said otherwise, where mail is caught too; nothing where it is not. */
  sms?: "sink" | "mailbox";
  /** Whether it takes reports of delivery. */
  bounces?: boolean;
  /** Whether it is the demonstration, whose owner is the admin then. */
  demo?: boolean;
}

export interface Options {
  installation: Installation;
}

/** A server with the sink that its mail goes to. */
export class World {
  #addresses = 0;

  constructor(
    readonly server: UsherServer,
    readonly sink: Sink,
    readonly smsSink: SmsSink,
    private readonly worker: number,
  ) {}

  get url(): string {
    return this.server.url;
  }

  get clock(): UsherServer["clock"] {
    return this.server.clock;
  }

  /** An address that no other test uses. */
  address(name: string, domain = "clinic.example"): string {
    this.#addresses += 1;
    return `${name}.w${this.worker}n${this.#addresses}@${domain}`;
  }

  /** Somebody with no browser and no cookie. */
  raw(): RawVisitor {
    return new RawVisitor(this.url);
  }

  /** Invites the address by the admin's hand, and waits for the message. */
  async invited(admin: Api, email: string, wishes?: Parameters<Api["invite"]>[1]): Promise<string> {
    const before = (await this.sink.messagesTo(email)).length;
    await admin.invite(email, wishes);
    return invitationLink(await this.sink.messageTo(email, before + 1));
  }

  /** Someone who has been invited and has accepted, all without a browser. */
  async member(
    admin: Api,
    name: string,
    wishes?: Parameters<Api["invite"]>[1],
  ): Promise<Person & { email: string }> {
    const who = person({ firstName: name });
    const email = this.address(name.toLowerCase());
    const visitor = this.raw();
    await visitor.get(await this.invited(admin, email, wishes));
    const answer = await visitor.accept(who);
    if (!answer.location.endsWith("/home")) throw new Error(`accepting led to ${answer.status} ${answer.location}`);
    return { ...who, email };
  }
}

interface TestFixtures {
  watch: Watch;
  /** Opens a page as someone else: a browser context of their own. */
  visitor: () => Promise<Page>;
  /** A page of the owner, signed in. */
  admin: Page;
  /** What the owner's pages call, with the same session as `admin`. */
  adminApi: Api;
}

export const test = base.extend<TestFixtures, Options & { world: World }>({
  installation: [{ name: "shared" }, { scope: "worker", option: true }],

  world: [
    async ({ installation }, use, { workerIndex }) => {
      const { name, setUp = true, mail = "sink", sms, bounces = false, demo = false } = installation;
      const sink = await new Sink().start();
      const smsSink = await new SmsSink().start();
      const server = await UsherServer.prepare(
        `${name}-${workerIndex}`,
        mail === "sink" ? sink.url : "mailbox:",
        sms && (sms === "sink" ? smsSink.url : "mailbox:"),
        bounces,
      );
      if (setUp && !demo) await server.setUp();
      await server.start(demo);
      await use(new World(server, sink, smsSink, workerIndex));
      await server.dispose();
      await sink.stop();
      await smsSink.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ world }, use) => {
    await use(world.url);
  },

  // Everything below happens under its eyes; what it saw is judged at the end of the test.
  watch: [
    async ({ world }, use) => {
      const { server } = world;
      const watch = new Watch(world.url);
      const from = server.lines.length;
      await use(watch);
      const lines = server.lines.slice(from);
      const broken = lines.filter((line) => /\bERROR\b|panicked at/.test(line));
      const problems = [...watch.problems, ...broken.map((line) => `server: ${line}`)];
      if (!server.running) problems.push(`the server is gone: see ${server.logFile}`);
      if (problems.length > 0) throw new Error(`behind the pages:\n${problems.join("\n")}`);
    },
    { auto: true },
  ],

  context: async ({ context, watch }, use) => {
    await watch.over(context);
    await use(context);
  },

  visitor: async ({ browser, watch, baseURL }, use) => {
    const opened: Page[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL });
      await watch.over(context);
      const page = await context.newPage();
      opened.push(page);
      return page;
    });
    for (const page of opened) await page.context().close();
  },

  admin: async ({ installation, visitor, world }, use) => {
    const page = await visitor();
    const { email, password } = installation.demo ? demoOwner : owner;
    await new Api(page.request, world.url).signIn(email, password);
    await use(page);
  },

  adminApi: async ({ admin, world }, use) => {
    await use(new Api(admin.request, world.url));
  },
});

/** Whether the recipient is of the domain: one for each test that counts messages. */
export const of =
  (domain: string) =>
  (recipient: string): boolean =>
    recipient.endsWith(`@${domain}`);

export { owner };
