import { expect, type Locator, type Page } from "@playwright/test";
import type { Person } from "../support/http.ts";

/** Why an invitation is closed, by the heading that says so. */
export const closed = {
  expired: "This invitation has expired",
  replaced: "This invitation was replaced by a newer one",
  revoked: "This invitation was revoked",
  used: "This invitation was already used",
  declined: "You have declined",
  awaits: "Waiting for approval",
  refusedLater: "Your sign-up was refused",
  unknown: "This link does not work",
};

export class Accept {
  readonly email: Locator;
  readonly firstName: Locator;
  readonly lastName: Locator;
  readonly phone: Locator;
  readonly jobTitle: Locator;
  readonly password: Locator;
  readonly create: Locator;
  readonly alert: Locator;

  constructor(readonly page: Page) {
    const field = (label: string) => page.getByLabel(label, { exact: true });
    this.email = field("E-mail");
    this.firstName = field("First name");
    this.lastName = field("Last name");
    this.phone = field("Phone");
    this.jobTitle = field("Job title");
    this.password = field("Password");
    this.create = page.getByRole("button", { name: "Create account" });
    this.alert = page.getByRole("alert");
  }

  /** Follows the link; the secret doesn't stay in the address bar. */
  async follow(link: string): Promise<this> {
    await this.page.goto(link);
    await expect(this.page).toHaveURL(/\/accept$/);
    return this;
  }

  async invitesTo(organization: string): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: `Join ${organization}` })).toBeVisible();
  }

  async isClosed(why: keyof typeof closed): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: closed[why] })).toBeVisible();
    await expect(this.create).toHaveCount(0);
  }

  async fill(who: Person): Promise<void> {
    await this.firstName.fill(who.firstName);
    await this.lastName.fill(who.lastName);
    // Whoever was invited by their number signs in with it.
    if (await this.phone.isEditable()) await this.phone.fill(who.phone);
    await this.jobTitle.fill(who.jobTitle);
    await this.password.fill(who.password);
  }

  /** Says no, and says it again. */
  async decline(): Promise<void> {
    await this.page.getByRole("link", { name: "It wasn’t me, or I don’t want to join" }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: "Decline the invitation?" })).toBeVisible();
    await this.page.getByRole("button", { name: "Decline", exact: true }).click();
    await this.isClosed("declined");
  }

  /** Asks where an admin decides. */
  async askAdmins(): Promise<void> {
    await this.page.getByRole("button", { name: "Ask for a new one" }).click();
    await expect(this.page.getByRole("status")).toContainText("An admin decides");
  }

  async askForNewOne(): Promise<void> {
    await this.page.getByRole("button", { name: "Ask for a new one" }).click();
    await expect(this.page.getByRole("status")).toContainText("a new message is on its way");
  }
}
