import { expect, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

/** `/settings/delivery`. */
export class Delivery {
  readonly console: Console;
  readonly heading: Locator;
  readonly sending: Locator;
  readonly errors: Locator;
  readonly doctor: Locator;
  /** What the Doctor found, a line each. */
  readonly findings: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Delivery" });
    this.sending = page.getByRole("region", { name: "Sending", exact: true });
    this.errors = page.getByRole("table", { name: "Errors of the last 7 days" });
    this.doctor = page.getByRole("region", { name: "Doctor" });
    this.findings = this.doctor.getByRole("list", { name: "What the Doctor found" }).getByRole("listitem");
  }

  async open(): Promise<this> {
    await this.page.goto("/settings/delivery");
    await expect(this.heading).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  /** The number under its name. */
  figure(name: string): Locator {
    return this.page
      .getByRole("term")
      .filter({ hasText: new RegExp(`^${name}$`) })
      .locator("xpath=following-sibling::dd");
  }

  /** Presses the button, and says yes to the question. */
  async #act(button: string, question: string): Promise<void> {
    await this.sending.getByRole("button", { name: button }).click();
    const dialog = this.page.getByRole("dialog", { name: question });
    await dialog.getByRole("button", { name: button }).click();
  }

  async pause(): Promise<void> {
    await this.#act("Pause sending", "Pause sending?");
    await expect(this.sending).toContainText("Paused since");
  }

  async resume(): Promise<void> {
    await this.#act("Resume sending", "Resume sending?");
    await expect(this.sending).toContainText("Messages are sent as they come.");
  }

  finding(check: string): Locator {
    return this.findings.filter({ has: this.page.getByText(check, { exact: true }) });
  }
}
