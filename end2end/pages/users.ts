import { expect, type Locator, type Page } from "@playwright/test";
import { Console, item } from "./console.ts";
import { InviteDialog } from "./invite-dialog.ts";

export type Shown =
  | "Not invited"
  | "Waiting"
  | "Invited"
  | "Expired"
  | "Error"
  | "Active"
  | "Deactivated";

export type Filter = "All" | Shown | "Unconfirmed";

export class Users {
  readonly console: Console;
  readonly heading: Locator;
  readonly inviteButton: Locator;
  readonly table: Locator;
  /** The rows of users, without the head. */
  readonly rows: Locator;
  readonly next: Locator;
  readonly previous: Locator;
  readonly selectPage: Locator;
  /** The bar that is there while somebody is selected. */
  readonly selection: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Users" });
    this.inviteButton = page.getByRole("button", { name: "Invite users" });
    this.table = page.getByRole("table", { name: "Users" });
    this.rows = this.table.locator("tbody").getByRole("row");
    this.next = page.getByRole("link", { name: "Next", exact: true });
    this.previous = page.getByRole("link", { name: "Previous", exact: true });
    this.selectPage = page.getByRole("checkbox", { name: "Select all on this page" });
    this.selection = page.getByRole("region", { name: "Selection" });
  }

  async open(query = ""): Promise<this> {
    await this.page.goto(`/users${query}`);
    await expect(this.heading).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  async invite(): Promise<InviteDialog> {
    await this.inviteButton.click();
    const dialog = new InviteDialog(this.page);
    await expect(dialog.addresses).toBeFocused();
    return dialog;
  }

  row(email: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByText(email, { exact: true }) });
  }

  /** What stands in the user's row under the column's heading. */
  async cell(email: string, column: string): Promise<Locator> {
    await expect(this.table).toBeVisible();
    const columns = await this.table.getByRole("columnheader").allInnerTexts();
    return this.row(email).getByRole("cell").nth(columns.indexOf(column));
  }

  /** The row of the user comes to show the status. */
  async shows(email: string, status: Shown): Promise<void> {
    await expect((await this.cell(email, "Status")).getByText(status, { exact: true })).toBeVisible();
  }

  /** The list comes to hold just these, in this order. */
  async listsOnly(emails: string[]): Promise<void> {
    const cells = this.rows.locator(".column-email");
    await expect(cells).toHaveText(emails);
  }

  columnHeading(column: string): Locator {
    return this.table.getByRole("columnheader", { name: column, exact: true });
  }

  async filterBy(column: string, words: string): Promise<void> {
    await this.page.getByRole("searchbox", { name: `Filter by ${column}`, exact: true }).fill(words);
  }

  async sortBy(column: string): Promise<void> {
    await this.columnHeading(column).getByRole("link").click();
    await expect(this.columnHeading(column)).toHaveAttribute("aria-sort", /ascending|descending/);
  }

  select(email: string): Locator {
    return this.page.getByRole("checkbox", { name: `Select ${email}`, exact: true });
  }

  async search(words: string): Promise<void> {
    await this.page.getByRole("searchbox", { name: "Search users" }).fill(words);
    await this.page.keyboard.press("Enter");
  }

  filter(status: Filter): Locator {
    return this.page.getByRole("navigation", { name: "Status" }).getByRole("link", { name: new RegExp(`^${status}\\b`) });
  }

  async count(status: Filter): Promise<number> {
    return Number((await this.filter(status).innerText()).match(/\d[\d\s.,]*/)?.[0].replace(/\D/g, "") ?? NaN);
  }

  async act(email: string, action: string): Promise<void> {
    await this.page.getByRole("button", { name: `Actions for ${email}`, exact: true }).click();
    await item(this.page, action).click();
  }

  /** Revokes, and says yes to the question. */
  async revoke(email: string): Promise<void> {
    await this.act(email, "Revoke invitation");
    await this.page
      .getByRole("dialog", { name: "Revoke the invitation?" })
      .getByRole("button", { name: "Revoke invitation" })
      .click();
  }
}
