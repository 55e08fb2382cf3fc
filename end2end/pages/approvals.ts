import { expect, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

/** The sign-ups that wait for an admin. */
export class Approvals {
  readonly console: Console;
  readonly heading: Locator;
  readonly waiting: Locator;
  /** Those who ask for a new invitation. */
  readonly requests: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Approvals" });
    this.waiting = page.getByRole("list", { name: "Sign-ups that wait" }).getByRole("listitem");
    this.requests = page.getByRole("list", { name: "Requests for a new invitation" }).getByRole("listitem");
  }

  async open(): Promise<this> {
    await this.page.goto("/users/approvals");
    return this.arrives();
  }

  /** The page was led to. */
  async arrives(): Promise<this> {
    await expect(this.heading).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  of(email: string): Locator {
    return this.waiting.filter({ hasText: email });
  }

  async approve(email: string): Promise<void> {
    await this.page.getByRole("button", { name: `Approve ${email}`, exact: true }).click();
    await expect(this.of(email)).toHaveCount(0);
  }

  /** Refuses, and says yes to the question. */
  async refuse(email: string): Promise<void> {
    await this.page.getByRole("button", { name: `Refuse ${email}`, exact: true }).click();
    await this.page.getByRole("dialog", { name: /^Refuse / }).getByRole("button", { name: "Refuse", exact: true }).click();
    await expect(this.of(email)).toHaveCount(0);
  }

  /** Sends the new invitation that was asked for. */
  async grants(email: string): Promise<void> {
    await this.page.getByRole("button", { name: `Send invitation to ${email}`, exact: true }).click();
    await expect(this.requests.filter({ hasText: email })).toHaveCount(0);
  }

  async isEmpty(): Promise<void> {
    await expect(this.page.getByRole("heading", { name: "Nobody waits for approval" })).toBeVisible();
  }
}
