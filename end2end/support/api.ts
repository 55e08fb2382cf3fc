import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type APIRequestContext, expect } from "@playwright/test";
import { owner } from "./server.ts";

/** The tables that tests upload. */
export const fixtures = resolve(import.meta.dirname, "..", "fixtures", "import");

export type Language = "en" | "ru";
export type RoleKind = "owner" | "admin" | "user";

/** What is done to many besides sending. */
export type Change = "revoke" | "deactivate" | "activate";

export interface Verdicts {
  ready: number;
  duplicate: number;
  already_active: number;
  already_invited: number;
  deactivated: number;
  role_above_yours: number;
  not_valid: number;
}

export interface UserRow {
  id: string;
  username: string;
  first_name: string;
  last_name: string;
  status: string;
}

/**
 * What the pages call, without the pages: for what a test needs but is not about. The cookies are
 * those of the request context, and so of the browser context that it belongs to.
 */
export class Api {
  constructor(
    private readonly request: APIRequestContext,
    private readonly origin: string,
  ) {}

  async signIn(email = owner.email, password = owner.password): Promise<void> {
    const answer = await this.request.post(`${this.origin}/api/sign_in`, {
      form: { email, password },
      headers: { ...this.#sameOrigin(), accept: "text/html" },
      maxRedirects: 0,
    });
    expect(answer.status(), await answer.text()).toBeGreaterThanOrEqual(302);
    expect(answer.headers()["location"], "where signing in leads").not.toContain("/sign-in");
  }

  /** Sends invitations to pasted addresses; gives the batch. */
  async invite(
    addresses: string | string[],
    wishes: {
      role?: RoleKind;
      access?: object;
      hours?: number;
      language?: Language;
      message?: string;
      resend?: boolean;
    } = {},
  ): Promise<string> {
    const request = {
      key: randomUUID(),
      audience: { Pasted: [addresses].flat().join("\n") },
      access: wishes.access ?? null,
      role: wishes.role ? await this.role(wishes.role) : null,
      lifetime: wishes.hours ?? null,
      language: wishes.language ?? null,
      message: wishes.message ?? "",
      resend: wishes.resend ?? false,
      seen: 0,
    };
    const preview = await this.call<{ counts: Verdicts }>("preview_send", { request });
    return this.call<string>("send_invitations", { request: { ...request, seen: preview.counts.ready } });
  }

  /** Sends to users of the directory. */
  async sendTo(users: string[]): Promise<void> {
    const request = {
      key: randomUUID(),
      audience: { Users: users },
      access: null,
      role: null,
      lifetime: null,
      language: null,
      message: "",
      resend: true,
      seen: users.length,
    };
    await this.call("send_invitations", { request });
  }

  /** The built-in role. */
  async role(kind: RoleKind): Promise<string> {
    const { roles } = await this.call<{ roles: { id: string; kind: string }[] }>("read_invite_choices", {});
    return roles.find((role) => role.kind === kind)!.id;
  }

  /** Gives the user another role. */
  async giveRole(email: string, kind: RoleKind): Promise<void> {
    const user = (await this.user(email)).id;
    const { details } = await this.call<{ details: object }>("read_user", { user });
    const wanted = { ...details, role: await this.role(kind) };
    await this.call("edit_user", { request: { user, seen: details, wanted } });
  }

  async usersLike(q: string): Promise<UserRow[]> {
    const page = await this.call<{ rows: UserRow[] }>("list_users", { query: { filter: { q } } });
    return page.rows;
  }

  /** The user of the address. */
  async user(email: string): Promise<UserRow> {
    const found = (await this.usersLike(email)).filter((row) => row.username.toLowerCase() === email.toLowerCase());
    expect(found, `users with the address ${email}`).toHaveLength(1);
    return found[0]!;
  }

  async revoke(email: string): Promise<void> {
    await this.change("revoke", [email]);
  }

  /** Revokes, deactivates or activates; gives the batch. */
  async change(act: Change, emails: string[]): Promise<string> {
    const ids = await Promise.all(emails.map(async (email) => (await this.user(email)).id));
    const request = {
      key: randomUUID(),
      act,
      audience: { Users: ids },
      seen: emails.length,
    };
    return this.call<string>("change_users", { request });
  }

  /** Uploads one of the files of `fixtures/import`, or one that holds the text; gives the import. */
  async upload(name: string, text?: string): Promise<string> {
    const buffer = text === undefined ? await readFile(resolve(fixtures, name)) : Buffer.from(text);
    const answer = await this.request.post(`${this.origin}/users/import/file`, {
      multipart: { file: { name, mimeType: "application/octet-stream", buffer } },
      headers: { ...this.#sameOrigin(), accept: "application/json" },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as string;
  }

  /** Lets the installation's only organization write text messages, too. */
  async allowSms(): Promise<void> {
    const [organization] = await this.call<{ id: string }[]>("list_organizations", {});
    const answer = await this.request.post(`${this.origin}/api/change_organization`, {
      form: { id: organization!.id, seats: "", verification: "email_or_sms" },
      headers: { ...this.#sameOrigin(), accept: "text/html" },
      maxRedirects: 0,
    });
    expect(answer.status(), await answer.text()).toBeGreaterThanOrEqual(302);
  }

  async call<T>(name: string, data: object): Promise<T> {
    const answer = await this.request.post(`${this.origin}/api/${name}`, {
      data,
      headers: { ...this.#sameOrigin(), accept: "application/json" },
    });
    const text = await answer.text();
    expect(answer.ok(), `${name} answered ${answer.status()}: ${text}`).toBe(true);
    return (text === "" ? null : JSON.parse(text)) as T;
  }

  #sameOrigin(): Record<string, string> {
    return { origin: this.origin, "sec-fetch-site": "same-origin" };
  }
}
