import type { Locator, Page } from "@playwright/test";

/** The frame of the signed-in pages. */
export class Console {
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.toast = page.getByRole("status");
  }

  /**
   * Once the browser's code has taken over the page: the theme switch shows then what is chosen.
   * Before, a click on what needs the code is lost.
   */
  async takenOver(): Promise<void> {
    await this.page
      .locator('[role="group"] > button[aria-pressed="true"]')
      .first()
      .waitFor({ state: "attached" });
  }

  async openAccountMenu(): Promise<void> {
    await this.page.getByRole("button", { name: /account menu|меню учётной записи/i }).click();
  }

  async signOut(): Promise<void> {
    await this.openAccountMenu();
    await item(this.page, "Sign out").click();
  }
}

/** An entry of an open menu, whatever it is made of. */
export function item(page: Page, name: string | RegExp): Locator {
  const exact = typeof name === "string";
  return page
    .getByRole("menuitem", { name, exact })
    .or(page.getByRole("button", { name, exact }))
    .or(page.getByRole("link", { name, exact }));
}
