import { Agent, request } from "node:http";

export interface Answer {
  status: number;
  location: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** What a person fills in on `/accept`. */
export interface Person {
  firstName: string;
  lastName: string;
  phone: string;
  jobTitle: string;
  password: string;
}

export const person = (changes: Partial<Person> = {}): Person => ({
  firstName: "Ida",
  lastName: "Lindqvist",
  phone: "+46701740605",
  jobTitle: "Nurse",
  password: "seven-purple-lanterns-31",
  ...changes,
});

/** A visitor without a browser: sends what a form would send, keeps cookies, follows nothing. */
export class RawVisitor {
  readonly #cookies: Map<string, string>;

  constructor(
    private readonly origin: string,
    private readonly agent = new Agent({ keepAlive: true, maxSockets: 20 }),
    cookies: Iterable<[string, string]> = [],
  ) {
    this.#cookies = new Map(cookies);
  }

  /** Another visitor with the same cookies, from here on its own, over the same connections. */
  twin(): RawVisitor {
    return new RawVisitor(this.origin, this.agent, this.#cookies);
  }

  get(path: string): Promise<Answer> {
    return this.#send("GET", path);
  }

  head(path: string): Promise<Answer> {
    return this.#send("HEAD", path);
  }

  post(path: string, form: Record<string, string>): Promise<Answer> {
    return this.#send("POST", path, new URLSearchParams(form).toString());
  }

  /** Posts the form of `/accept`. */
  accept(who: Person): Promise<Answer> {
    return this.post("/api/accept_invitation", {
      first_name: who.firstName,
      last_name: who.lastName,
      phone: who.phone,
      job_title: who.jobTitle,
      password: who.password,
    });
  }

  #send(method: string, path: string, body?: string): Promise<Answer> {
    const url = new URL(path, this.origin);
    const headers: Record<string, string> = {
      accept: "text/html",
      "accept-language": "en",
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(body === undefined
        ? {}
        : {
            "content-type": "application/x-www-form-urlencoded",
            "content-length": String(Buffer.byteLength(body)),
            origin: this.origin,
            "sec-fetch-site": "same-origin",
          }),
    };
    return new Promise((done, fail) => {
      const call = request(url, { method, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () => {
          for (const line of response.headers["set-cookie"] ?? []) this.#keep(line);
          done({
            status: response.statusCode ?? 0,
            location: response.headers.location ?? "",
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          });
        });
      });
      call.once("error", fail);
      call.end(body);
    });
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf("="));
    const value = pair.slice(pair.indexOf("=") + 1);
    const ends = value === "" || attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute));
    if (ends) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
