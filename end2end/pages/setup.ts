import { expect, type Locator, type Page } from "@playwright/test";

export class Setup {
  readonly heading: Locator;
  readonly code: Locator;
  readonly organization: Locator;
  readonly name: Locator;
  readonly email: Locator;
  readonly password: Locator;
  readonly alert: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1, name: "Set up Usher" });
    this.code = page.getByLabel("Setup code", { exact: true });
    this.organization = page.getByLabel("Organization name", { exact: true });
    this.name = page.getByLabel("Your name", { exact: true });
    this.email = page.getByLabel("E-mail", { exact: true });
    this.password = page.getByLabel("Password", { exact: true });
    this.alert = page.getByRole("alert");
  }

  async create(): Promise<void> {
    await this.page.getByRole("button", { name: "Create organization" }).click();
  }

  async shows(organization: string, name: string, email: string): Promise<void> {
    await expect(this.organization).toHaveValue(organization);
    await expect(this.name).toHaveValue(name);
    await expect(this.email).toHaveValue(email);
  }
}
