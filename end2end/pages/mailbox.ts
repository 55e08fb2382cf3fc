import { expect, type Page } from "@playwright/test";

export class Mailbox {
  constructor(readonly page: Page) {}

  async open(): Promise<this> {
    await this.page.goto("/mailbox");
    await expect(this.page.getByRole("heading", { level: 1, name: "Mailbox" })).toBeVisible();
    return this;
  }

  /** Opens the newest message to the address, once it is there. */
  async read(address: string): Promise<void> {
    const message = this.page.getByRole("link").filter({ hasText: address }).first();
    await expect(async () => {
      await this.open();
      await expect(message).toBeVisible({ timeout: 500 });
    }).toPass();
    await message.click();
  }

  /** The link of the open text message, which has no HTML part. */
  async textedLink(): Promise<string> {
    await expect(this.page.getByRole("article").getByText("SMS", { exact: true })).toBeVisible();
    const link = this.page.locator("article pre a[href*='/invite/']");
    return (await link.getAttribute("href")) ?? "";
  }

  /** The link of the invitation in the open message, as it is drawn there. */
  async invitationLink(): Promise<string> {
    const letter = this.page.frameLocator("article iframe");
    return (await letter.locator('a[href*="/invite/"]').first().getAttribute("href")) ?? "";
  }
}
