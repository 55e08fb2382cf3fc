import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";

/** A text message that the sink has taken. */
export interface TextMessage {
  sid: string;
  to: string;
  text: string;
  /** Every address in the text, in its order. */
  links: string[];
  /** Where the server wants to be told what becomes of it. */
  statusCallback: string;
}

/** How Twilio refuses a message: the HTTP status, its code, and its words. */
export interface SmsError {
  status: number;
  code: number;
  message: string;
}

export const notValid = (to: string): SmsError => ({
  status: 400,
  code: 21211,
  message: `The 'To' number ${to} is not a valid phone number.`,
});
export const unsubscribed: SmsError = {
  status: 400,
  code: 21610,
  message: "Attempt to send to unsubscribed recipient",
};
export const tooMany: SmsError = { status: 429, code: 20429, message: "Too Many Requests" };

const account = "AC00000000000000000000000000000000";
const token = "e2e/token+1";

/** A double of Twilio's API that keeps what it is given. */
export class SmsSink {
  readonly received: TextMessage[] = [];
  readonly #scripts = new Map<string, SmsError[]>();
  readonly #watchers = new Set<() => void>();
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void body(request).then((text) => {
        const { status, answer } = this.#answer(request, new URLSearchParams(text));
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    const address = this.#server.address();
    this.#port = typeof address === "object" && address ? address.port : 0;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** The setting `sms.url`. */
  get url(): string {
    return `twilio://${account}:${encodeURIComponent(token)}@127.0.0.1:${this.#port}?from=+12025550100`;
  }

  /** The next message to the number is refused like this. */
  refuse(to: string, ...errors: SmsError[]): void {
    this.#scripts.set(to, [...(this.#scripts.get(to) ?? []), ...errors]);
  }

  /** The number's only message, or the n-th, once it is there. */
  async messageTo(to: string, nth = 1): Promise<TextMessage> {
    const mine = () => this.received.filter((message) => message.to === to);
    await new Promise<void>((done, fail) => {
      const look = () => {
        if (mine().length < nth) return;
        clearTimeout(late);
        this.#watchers.delete(look);
        done();
      };
      const late = setTimeout(() => {
        this.#watchers.delete(look);
        fail(new Error(`the SMS sink waited in vain for message ${nth} to ${to}`));
      }, 20_000);
      this.#watchers.add(look);
      look();
    });
    return mine()[nth - 1]!;
  }

  /** Tells the server what became of a message, as Twilio does; gives the answer's status. */
  async tell(message: TextMessage, status: string, code?: number, key = token): Promise<number> {
    const fields = new URLSearchParams({
      AccountSid: account,
      MessageSid: message.sid,
      MessageStatus: status,
      SmsSid: message.sid,
      SmsStatus: status,
      To: message.to,
      ...(code === undefined ? {} : { ErrorCode: String(code) }),
    });
    const signed = [...fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value);
    const signature = createHmac("sha1", key).update(message.statusCallback + signed.join("")).digest("base64");
    const answer = await fetch(message.statusCallback, {
      method: "POST",
      headers: { "x-twilio-signature": signature },
      body: fields,
    });
    return answer.status;
  }

  #answer(request: IncomingMessage, form: URLSearchParams): { status: number; answer: object } {
    const login = Buffer.from(`${account}:${token}`).toString("base64");
    const refused = ({ status, code, message }: SmsError) => ({
      status,
      answer: { status, code, message, more_info: `https://www.twilio.com/docs/errors/${code}` },
    });
    if (request.headers.authorization !== `Basic ${login}`) {
      return refused({ status: 401, code: 20003, message: "Authenticate" });
    }
    if (request.method !== "POST" || request.url !== `/2010-04-01/Accounts/${account}/Messages.json`) {
      return refused({ status: 404, code: 20404, message: "The requested resource was not found" });
    }
    const to = form.get("To") ?? "";
    const error = this.#scripts.get(to)?.shift();
    if (error) return refused(error);
    const text = form.get("Body") ?? "";
    const sid = `SM${String(this.received.length + 1).padStart(32, "0")}`;
    this.received.push({
      sid,
      to,
      text,
      links: text.match(/https?:\/\/[^\s<>"]+/g) ?? [],
      statusCallback: form.get("StatusCallback") ?? "",
    });
    for (const look of [...this.#watchers]) look();
    return { status: 201, answer: { sid, status: "queued", to, error_code: null, error_message: null } };
  }
}

async function body(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
