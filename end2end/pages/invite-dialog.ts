import { expect, type Locator, type Page } from "@playwright/test";

export class InviteDialog {
  readonly dialog: Locator;
  readonly addresses: Locator;
  readonly send: Locator;

  constructor(readonly page: Page) {
    this.dialog = page.getByRole("dialog", { name: "Invite users" });
    this.addresses = this.dialog.getByLabel("E-mail addresses", { exact: true });
    this.send = this.dialog.getByRole("button", { name: "Send invitations" });
  }

  /** The live summary comes to say this. */
  async sums(ready: number, duplicates: number, notValid: number): Promise<void> {
    const words = [
      `${ready} ready`,
      ...(duplicates > 0 ? [`${duplicates} ${duplicates === 1 ? "duplicate" : "duplicates"}`] : []),
      ...(notValid > 0 ? [`${notValid} not valid`] : []),
    ];
    await expect(this.dialog.getByRole("status").filter({ hasText: /\d ready/ })).toHaveText(words.join(", "));
  }

  /** The field in which an address that is none can be corrected. */
  bad(address: string): Locator {
    return this.dialog.getByRole("textbox", { name: about("Correct", address) });
  }

  async correct(address: string, to: string): Promise<void> {
    await this.bad(address).fill(to);
    await this.dialog.getByRole("button", { name: about("Apply the correction of", address) }).click();
    await expect(this.bad(address)).toHaveCount(0);
  }

  async remove(address: string): Promise<void> {
    await this.dialog.getByRole("button", { name: about("Remove", address) }).click();
    await expect(this.bad(address)).toHaveCount(0);
  }

  async expiresIn(words: "24 hours" | "72 hours" | "7 days" | "Custom"): Promise<void> {
    await this.dialog.getByRole("combobox", { name: "Expires in" }).selectOption({ label: words });
  }

  async language(name: "English" | "Русский"): Promise<void> {
    await this.dialog.getByRole("combobox", { name: "Language" }).selectOption({ label: name });
  }
}

/** The name of a control for a bad entry, which shows the person's name beside the address. */
function about(words: string, address: string): RegExp {
  return new RegExp(`^${words} (.* <)?${address.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}>?$`);
}
