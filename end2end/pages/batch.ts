import { expect, type Locator, type Page } from "@playwright/test";

export class Batch {
  readonly heading: Locator;
  readonly progress: Locator;
  readonly recipients: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1, name: "Invitations sent" });
    this.progress = page.getByRole("progressbar");
    this.recipients = page.getByRole("table", { name: "Recipients" });
  }

  async open(id: string): Promise<this> {
    await this.page.goto(`/batches/${id}`);
    await expect(this.heading).toBeVisible();
    return this;
  }

  /** The page was led to from the dialog. */
  async arrives(): Promise<this> {
    await expect(this.heading).toBeVisible();
    await expect(this.page).toHaveURL(/\/batches\/[0-9a-f-]{36}$/);
    return this;
  }

  /** How much of the bar is filled, 0 to 1. */
  async share(): Promise<number> {
    return this.progress.evaluate((bar) => {
      if (bar instanceof HTMLProgressElement) return bar.position;
      return Number(bar.getAttribute("aria-valuenow")) / Number(bar.getAttribute("aria-valuemax") ?? 100);
    });
  }

  /** The bar comes to its end, with no reload. */
  async finishes(timeout = 30_000): Promise<void> {
    await expect.poll(() => this.share(), { timeout }).toBe(1);
    await expect(this.page.getByText("Everything is sent")).toBeVisible();
  }

  /** The number beside a word of the results. */
  async counts(word: "Waiting" | "Sent" | "Accepted" | "Error" | "Cancelled" | "Skipped", count: number): Promise<void> {
    const results = this.page.getByLabel("Results", { exact: true });
    await expect(results).toHaveText(new RegExp(`${word}\\s*${count}(?!\\d)`));
  }

  row(address: string): Locator {
    return this.recipients.getByRole("row").filter({ has: this.page.getByText(address, { exact: true }) });
  }
}
