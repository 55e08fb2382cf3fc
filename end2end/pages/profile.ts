import { expect, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

export class Profile {
  readonly console: Console;
  /** One for each browser but this one. */
  readonly signOutOf: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.signOutOf = page
      .getByRole("main")
      .getByRole("listitem")
      .filter({ hasNot: page.getByText("This browser") })
      .getByRole("button", { name: /^Sign out/ });
  }

  async open(): Promise<this> {
    await this.page.goto("/profile");
    await expect(this.page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  async signOutEverywhereElse(): Promise<void> {
    await this.page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await this.page
      .getByRole("dialog", { name: "Sign out everywhere else?" })
      .getByRole("button", { name: "Sign out everywhere else" })
      .click();
  }
}
