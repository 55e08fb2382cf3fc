import { expect, type Locator, type Page } from "@playwright/test";

export class SignIn {
  readonly heading: Locator;
  readonly email: Locator;
  readonly password: Locator;
  readonly alert: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1, name: "Sign in" });
    this.email = page.getByLabel("E-mail", { exact: true });
    this.password = page.getByLabel("Password", { exact: true });
    this.alert = page.getByRole("alert");
  }

  async open(): Promise<this> {
    await this.page.goto("/sign-in");
    await expect(this.heading).toBeVisible();
    return this;
  }

  async with(email: string, password: string): Promise<void> {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  async forgotPassword(): Promise<ForgotPassword> {
    await this.page.getByRole("link", { name: "Forgot password?" }).click();
    return new ForgotPassword(this.page);
  }
}

export class ForgotPassword {
  readonly answer: Locator;

  constructor(readonly page: Page) {
    this.answer = page.getByRole("status");
  }

  async ask(email: string): Promise<void> {
    await this.page.getByLabel("E-mail", { exact: true }).fill(email);
    await this.page.getByRole("button", { name: "Send the link" }).click();
  }
}

/** `/reset-password`, as the link in the message opens it. */
export class ResetPassword {
  readonly deadLink: Locator;

  constructor(readonly page: Page) {
    this.deadLink = page.getByRole("heading", { name: "This link does not work any more" });
  }

  async choose(password: string): Promise<void> {
    await this.page.getByLabel("New password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Change password" }).click();
  }
}
