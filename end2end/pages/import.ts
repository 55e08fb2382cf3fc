import { resolve } from "node:path";
import { type Download, expect, type Locator, type Page } from "@playwright/test";
import { fixtures } from "../support/api.ts";
import { Console } from "./console.ts";

/** `/users/import` and the page of one import. */
export class Import {
  readonly console: Console;
  readonly heading: Locator;
  readonly file: Locator;
  readonly alert: Locator;
  /** The rows, without the head. */
  readonly rows: Locator;
  readonly send: Locator;
  /** "Import 3 users". */
  readonly button: Locator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Import users" });
    this.file = page.getByLabel("CSV or XLSX file");
    this.alert = page.getByRole("alert");
    this.rows = page.getByRole("table", { name: "Rows" }).locator("tbody").getByRole("row");
    this.send = page.getByRole("checkbox", { name: "Send invitation" });
    this.button = page.getByRole("button", { name: /^Import \d|^Nothing to import/ });
  }

  async open(): Promise<this> {
    await this.page.goto("/users/import");
    await expect(this.heading).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  /** Chooses one of the files of `fixtures/import`. */
  async choose(name: string): Promise<void> {
    await this.file.setInputFiles(resolve(fixtures, name));
  }

  /** The same, to the page of the import. */
  async upload(name: string): Promise<this> {
    await this.open();
    await this.choose(name);
    return this.arrives();
  }

  async arrives(): Promise<this> {
    await expect(this.page).toHaveURL(/\/users\/import\/[0-9a-f-]{36}$/);
    await expect(this.rows.first()).toBeVisible();
    return this;
  }

  /** What becomes of each row, and why, from the first row on. */
  async verdicts(): Promise<string[]> {
    const cells = await this.rows.locator("td:nth-child(2)").allInnerTexts();
    return cells.map((text) => text.replace(/\s+/g, " ").trim());
  }

  cell(field: string, line: number): Locator {
    return this.page.getByLabel(`${field} in line ${line}`, { exact: true });
  }

  holds(column: string): Locator {
    return this.page.getByLabel(`${column} holds`, { exact: true });
  }

  filter(verdict: string): Locator {
    return this.page.getByRole("navigation", { name: "Rows" }).getByRole("link", { name: new RegExp(`^${verdict} \\d`) });
  }

  /** Imports what is ready, to the end. */
  async run(wishes: { send: boolean }): Promise<void> {
    if (wishes.send) await this.send.check();
    await this.button.click();
    if (wishes.send) await this.page.getByRole("button", { name: "Import and send" }).click();
  }

  async done(count: number): Promise<void> {
    const words = count === 1 ? "1 user was imported" : `${count} users were imported`;
    await expect(this.page.getByRole("status").getByText(words)).toBeVisible();
  }

  async downloadLeftOut(): Promise<Download> {
    const download = this.page.waitForEvent("download");
    await this.page.getByRole("link", { name: "Download rows left out" }).click();
    return download;
  }
}
