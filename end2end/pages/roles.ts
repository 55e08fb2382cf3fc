import { expect, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

/** Settings > Roles. */
export class Roles {
  readonly console: Console;
  readonly heading: Locator;
  readonly add: Locator;
  /** The sheet that adds or changes a role. */
  readonly sheet: Locator;
  readonly name: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Roles" });
    this.add = page.getByRole("main").getByRole("button", { name: "Add role" }).first();
    this.sheet = page.getByRole("dialog", { name: /^(Add role|Edit )/ });
    this.name = this.sheet.getByLabel("Name", { exact: true });
  }

  async open(): Promise<this> {
    await this.page.goto("/settings/roles");
    await expect(this.heading).toBeVisible();
    await expect(this.add).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  /** What the page shows of the role. */
  role(name: string): Locator {
    return this.page
      .getByRole("main")
      .getByRole("listitem")
      .filter({ has: this.page.getByRole("heading", { level: 3, name, exact: true }) });
  }

  permission(name: string): Locator {
    return this.sheet.getByRole("checkbox", { name, exact: true });
  }

  async adds(name: string, permissions: string[]): Promise<void> {
    await this.add.click();
    await expect(this.name).toBeFocused();
    await this.name.fill(name);
    for (const permission of permissions) await this.permission(permission).check();
    await this.sheet.getByRole("button", { name: "Add role" }).click();
    await expect(this.role(name)).toBeVisible();
    await expect(this.sheet).toBeHidden();
  }

  async edit(name: string): Promise<void> {
    await this.role(name).getByRole("button", { name: `Edit ${name}` }).click();
    await expect(this.name).toHaveValue(name);
  }

  async save(): Promise<void> {
    await this.sheet.getByRole("button", { name: "Save changes" }).click();
  }

  /** The question before the role goes. */
  async askToDelete(name: string): Promise<Locator> {
    await this.role(name).getByRole("button", { name: `Delete ${name}` }).click();
    const question = this.page.getByRole("dialog", { name: `Delete the role ${name}?` });
    await expect(question).toBeVisible();
    return question;
  }
}
