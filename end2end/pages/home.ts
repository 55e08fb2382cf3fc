import { expect, type Page } from "@playwright/test";

export class Home {
  constructor(readonly page: Page) {}

  async welcomes(firstName: string): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: `Welcome, ${firstName}` })).toBeVisible();
    await expect(this.page).toHaveURL(/\/home$/);
  }
}
