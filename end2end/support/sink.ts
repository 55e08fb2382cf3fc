import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { simpleParser } from "mailparser";

/** How the sink treats one attempt to deliver to a recipient. */
export type Behaviour =
  | { kind: "accept" }
  /** Answers with the code and the words: to RCPT TO, or once the whole message has been read. */
  | { kind: "refuse"; at: "recipient" | "message"; code: number; words: string }
  /** Reads the whole message and never answers. */
  | { kind: "hang" }
  /** Closes the connection in the middle of DATA. */
  | { kind: "drop" }
  /** Accepts after so many milliseconds. */
  | { kind: "slow"; milliseconds: number };

export const accept: Behaviour = { kind: "accept" };
export const hang: Behaviour = { kind: "hang" };
export const drop: Behaviour = { kind: "drop" };
export const slow = (milliseconds: number): Behaviour => ({ kind: "slow", milliseconds });
export const refuse = (code: number, words: string, at: "recipient" | "message" = "message"): Behaviour => ({
  kind: "refuse",
  at,
  code,
  words,
});

/** One try of the server to deliver to one recipient, whatever came of it. */
export interface Attempt {
  recipient: string;
  behaviour: Behaviour["kind"] | "hold";
  /** Empty where the attempt ended before the message. */
  messageId: string;
  /** Milliseconds on the sink's clock. */
  at: number;
  /** When the connection of an unanswered attempt was given up by the client. */
  givenUpAt?: number;
}

/** A message that the sink has read to the end. */
export interface Message {
  /** Envelope, not headers. */
  from: string;
  to: string;
  messageId: string;
  subject: string;
  text: string;
  html: string;
  headers: Map<string, string>;
  /** Every address in the text, in its order. */
  links: string[];
  at: number;
}

interface Received {
  to: string;
  message: Promise<Message>;
}

/** An SMTP server that keeps what it is given. Recipients are compared without case. */
export class Sink {
  readonly attempts: Attempt[] = [];
  readonly #received: Received[] = [];
  readonly #scripts = new Map<string, Behaviour[]>();
  readonly #chosen = new WeakMap<SMTPServerSession, Behaviour>();
  readonly #unanswered = new Map<string, Attempt>();
  readonly #watchers = new Set<() => void>();
  readonly #server: SMTPServer;
  #answersLeft = Infinity;
  #port = 0;

  constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ["AUTH", "STARTTLS"],
      authOptional: true,
      disableReverseLookup: true,
      closeTimeout: 1,
      onRcptTo: (address, session, done) => {
        const recipient = fold(address.address);
        const behaviour = this.#scripts.get(recipient)?.shift() ?? accept;
        this.#chosen.set(session, behaviour);
        if (behaviour.kind !== "refuse" || behaviour.at !== "recipient") return done();
        this.#attempted({ recipient, behaviour: "refuse", messageId: "", at: performance.now() });
        done(failure(behaviour));
      },
      onData: (stream, session, done) => this.#read(stream, session, done),
      onClose: (session, done) => {
        const attempt = this.#unanswered.get(session.id);
        if (attempt) {
          attempt.givenUpAt = performance.now();
          this.#unanswered.delete(session.id);
          this.#changed();
        }
        done();
      },
    });
    // A client that vanishes is part of the tests.
    this.#server.on("error", () => undefined);
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    const address = this.#server.server.address();
    if (address && typeof address === "object") this.#port = address.port;
    return this;
  }

  async stop(): Promise<void> {
    for (const connection of this.#server.connections) connection._socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  /** The next attempts for the recipient go like this, one after the other; later ones are accepted. */
  script(recipient: string, ...behaviours: Behaviour[]): void {
    this.#scripts.set(fold(recipient), behaviours);
  }

  /** Answers so many more messages; after them messages are read and kept, but never answered. */
  holdAfter(answers: number): void {
    this.#answersLeft = answers;
  }

  /** Ends `holdAfter` for messages to come. */
  resume(): void {
    this.#answersLeft = Infinity;
  }

  /** Who has been sent to, once for each message, in the order of arrival. */
  recipients(among: (recipient: string) => boolean = () => true): string[] {
    return this.#received.map((received) => received.to).filter(among);
  }

  attemptsTo(recipient: string): Attempt[] {
    return this.attempts.filter((attempt) => attempt.recipient === fold(recipient));
  }

  async messages(among: (recipient: string) => boolean = () => true): Promise<Message[]> {
    return Promise.all(this.#received.filter((received) => among(received.to)).map((received) => received.message));
  }

  async messagesTo(recipient: string): Promise<Message[]> {
    return this.messages((to) => to === fold(recipient));
  }

  /** The recipient's only message, or the n-th, once it is there. */
  async messageTo(recipient: string, nth = 1): Promise<Message> {
    const mine = () => this.#received.filter((received) => received.to === fold(recipient));
    await this.until(() => mine().length >= nth, `message ${nth} to ${recipient}`);
    return mine()[nth - 1]!.message;
  }

  /** Waits until so many messages have come. */
  async waitFor(
    count: number,
    among: (recipient: string) => boolean = () => true,
    timeout?: number,
  ): Promise<Message[]> {
    await this.until(
      () => this.recipients(among).length >= count,
      () => `${count} messages, ${this.recipients(among).length} so far`,
      timeout,
    );
    return this.messages(among);
  }

  /** Waits for the n-th attempt to deliver to the recipient, whatever comes of it. */
  async attemptTo(recipient: string, nth = 1): Promise<Attempt> {
    await this.until(() => this.attemptsTo(recipient).length >= nth, `attempt ${nth} to ${recipient}`);
    return this.attemptsTo(recipient)[nth - 1]!;
  }

  /** Waits until the condition holds; it is looked at whenever something has happened here. */
  async until(condition: () => boolean, what: string | (() => string), timeout = 60_000): Promise<void> {
    await new Promise<void>((done, fail) => {
      const look = () => {
        if (!condition()) return;
        clearTimeout(late);
        this.#watchers.delete(look);
        done();
      };
      const late = setTimeout(() => {
        this.#watchers.delete(look);
        fail(new Error(`the sink waited in vain for ${typeof what === "string" ? what : what()}`));
      }, timeout);
      this.#watchers.add(look);
      look();
    });
  }

  #read(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error | null) => void): void {
    const recipient = fold(session.envelope.rcptTo[0]?.address ?? "");
    const behaviour = this.#chosen.get(session) ?? accept;
    const chunks: Buffer[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (behaviour.kind !== "drop" || chunks.length > 1) return;
      this.#attempted({ recipient, behaviour: "drop", messageId: messageId(chunk), at: performance.now() });
      for (const connection of this.#server.connections) {
        if (connection.session === session) connection._socket.destroy();
      }
    });
    stream.on("end", () => {
      if (behaviour.kind === "drop") return;
      const raw = Buffer.concat(chunks);
      const attempt: Attempt = { recipient, behaviour: behaviour.kind, messageId: messageId(raw), at: performance.now() };
      switch (behaviour.kind) {
        case "accept":
        case "slow":
          this.#keep(raw, recipient, session);
          if (this.#answersLeft > 0) {
            this.#answersLeft -= 1;
            if (behaviour.kind === "slow") setTimeout(done, behaviour.milliseconds);
            else done();
          } else {
            attempt.behaviour = "hold";
            this.#unanswered.set(session.id, attempt);
          }
          break;
        case "refuse":
          done(failure(behaviour));
          break;
        case "hang":
          this.#unanswered.set(session.id, attempt);
          break;
      }
      this.#attempted(attempt);
    });
  }

  #keep(raw: Buffer, to: string, session: SMTPServerSession): void {
    const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : "";
    this.#received.push({ to, message: parse(raw, from, to) });
  }

  #attempted(attempt: Attempt): void {
    this.attempts.push(attempt);
    this.#changed();
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }
}

async function parse(raw: Buffer, from: string, to: string): Promise<Message> {
  const at = performance.now();
  const mail = await simpleParser(raw);
  const text = mail.text ?? "";
  return {
    from,
    to,
    messageId: mail.messageId ?? "",
    subject: mail.subject ?? "",
    text,
    html: mail.html || "",
    headers: new Map(mail.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(":") + 1).trim()])),
    links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [],
    at,
  };
}

/** The link of an invitation. */
export function invitationLink(message: Message): string {
  return linkTo(message, "/invite/");
}

/** The only link of the message whose path begins so. */
export function linkTo(message: Message, path: string): string {
  const found = new Set(message.links.filter((link) => new URL(link).pathname.startsWith(path)));
  if (found.size !== 1) throw new Error(`${found.size} links to ${path} in the message to ${message.to}:\n${message.text}`);
  return [...found][0]!;
}

function messageId(raw: Buffer): string {
  return raw.toString("latin1").match(/^message-id:\s*(<[^>\r\n]*>)/im)?.[1] ?? "";
}

function failure(behaviour: { code: number; words: string }): Error {
  return Object.assign(new Error(behaviour.words), { responseCode: behaviour.code });
}

const fold = (address: string): string => address.toLowerCase();
