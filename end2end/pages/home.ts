import { expect, type Locator, type Page } from "@playwright/test";

export class Home {
  readonly reach: Locator;

  constructor(readonly page: Page) {
    this.reach = page.getByRole("region", { name: "What you can reach" });
  }

  async welcomes(firstName: string): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: `Welcome, ${firstName}` })).toBeVisible();
    await expect(this.page).toHaveURL(/\/home$/);
  }

  /** What stands under a heading of "What you can reach". */
  under(heading: string): Locator {
    const term = this.page.getByRole("term").filter({ hasText: new RegExp(`^${heading}$`) });
    return this.reach.locator("dl > div").filter({ has: term }).getByRole("definition");
  }

  /** The names under a heading, in their order. */
  names(heading: string): Locator {
    return this.under(heading).getByRole("listitem");
  }
}
