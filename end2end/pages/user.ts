import { expect, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

export type Detail = "First name" | "Last name" | "E-mail" | "Phone" | "Job title" | "Role";

/** One user's page. */
export class User {
  readonly console: Console;
  readonly heading: Locator;
  readonly save: Locator;
  readonly details: Locator;
  readonly invitation: Locator;
  /** The lines of the history, the newest first. */
  readonly history: Locator;
  readonly back: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1 });
    this.save = page.getByRole("button", { name: "Save changes" });
    this.details = page.getByRole("region", { name: "Details" });
    this.invitation = page.getByRole("region", { name: "Invitation" });
    this.history = page.getByRole("region", { name: "History" }).getByRole("listitem");
    this.back = page.getByRole("main").getByRole("link", { name: "Users" });
  }

  async open(id: string): Promise<this> {
    await this.page.goto(`/users/${id}`);
    return this.arrives();
  }

  /** The page was led to. */
  async arrives(): Promise<this> {
    await expect(this.page).toHaveURL(/\/users\/[0-9a-f-]{36}$/);
    await expect(this.details).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  field(name: Detail): Locator {
    return this.details.getByLabel(name, { exact: true });
  }

  action(name: string): Locator {
    return this.invitation.getByRole("button", { name });
  }

  /** Saves, and is told so. */
  async saves(): Promise<void> {
    await this.save.click();
    await expect(this.page.getByText("Changes saved")).toBeVisible();
    await expect(this.save).toBeDisabled();
  }
}

/** The sheet "Add user" on the list. */
export class AddUser {
  readonly sheet: Locator;
  readonly add: Locator;

  constructor(readonly page: Page) {
    this.sheet = page.getByRole("dialog", { name: "Add user" });
    this.add = this.sheet.getByRole("button", { name: "Add user" });
  }

  async open(): Promise<this> {
    await this.page.getByRole("main").getByRole("button", { name: "Add user" }).first().click();
    await expect(this.field("First name")).toBeFocused();
    await expect(this.add).toBeEnabled();
    return this;
  }

  field(name: Detail): Locator {
    return this.sheet.getByLabel(name, { exact: true });
  }
}
