import { expect, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

export type Filter = "Done by" | "Done to" | "What" | "From" | "To";

/** The audit log, a page of the settings. */
export class Audit {
  readonly console: Console;
  readonly heading: Locator;
  /** The events, the newest first. */
  readonly events: Locator;
  readonly show: Locator;
  readonly clear: Locator;
  readonly export: Locator;
  readonly #form: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Audit log" });
    this.events = page.getByRole("list", { name: "Audit log" }).getByRole("listitem");
    this.#form = page.getByRole("main").getByRole("search");
    this.show = this.#form.getByRole("button", { name: "Show" });
    this.clear = this.#form.getByRole("link", { name: "Clear filters" });
    this.export = page.getByRole("button", { name: "Export" });
  }

  async open(query = ""): Promise<this> {
    await this.page.goto(`/settings/audit${query}`);
    await expect(this.heading).toBeVisible();
    return this;
  }

  filter(name: Filter): Locator {
    return this.#form.getByLabel(name, { exact: true });
  }

  /** What one of the events says of its fields, folded out. */
  async details(event: Locator): Promise<Locator> {
    await event.getByText("What was written").click();
    return event.getByRole("definition");
  }
}
