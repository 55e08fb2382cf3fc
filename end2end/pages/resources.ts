import { expect, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

export type Kind = "Locations" | "Pages" | "Products" | "Lines";

/** The list of the organization's locations, pages, products or lines. */
export class Resources {
  readonly console: Console;
  readonly box: Locator;
  readonly add: Locator;
  readonly rows: Locator;
  readonly retired: Locator;

  constructor(
    readonly page: Page,
    readonly kind: Kind = "Locations",
  ) {
    this.console = new Console(page);
    this.box = page.getByRole("textbox", { name: `New ${kind.toLowerCase()}` });
    this.add = page.getByRole("main").getByRole("button", { name: /^Add/ });
    this.rows = page.getByRole("region", { name: /^In use/ }).getByRole("listitem");
    this.retired = page.getByText(/^Retired: \d/);
  }

  async open(): Promise<this> {
    await this.page.goto(`/settings/${this.kind.toLowerCase()}`);
    await expect(this.page.getByRole("heading", { level: 1, name: this.kind })).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  /** The names in use, in their order. */
  async lists(names: string[]): Promise<void> {
    await expect(this.rows.locator("bdi")).toHaveText(names);
  }

  act(name: string, act: "Move up" | "Move down" | "Rename" | "Retire" | "Restore"): Locator {
    const label = act.startsWith("Move") ? `${act}: ${name}` : `${act} “${name}”`;
    return this.page.getByRole("main").getByRole("button", { name: label, exact: true });
  }

  field(name: string): Locator {
    return this.page.getByRole("textbox", { name: `New name for “${name}”` });
  }
}
