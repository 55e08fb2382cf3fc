import { expect, type Locator, type Page } from "@playwright/test";

/** `/operator`: every organization. */
export class Organizations {
  readonly heading: Locator;
  readonly table: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole("heading", { level: 1, name: "Organizations" });
    this.table = page.getByRole("table", { name: "Organizations" });
  }

  async open(): Promise<this> {
    await this.page.goto("/operator");
    await expect(this.heading).toBeVisible();
    return this;
  }

  row(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  /** Creates one and comes to its page. */
  async create(name: string, owner: { name: string; email: string }): Promise<Organization> {
    await this.page.getByRole("link", { name: "Create organization" }).click();
    await expect(this.page).toHaveURL(/\/operator\/new$/);
    await this.page.getByLabel("Organization name", { exact: true }).fill(name);
    await this.page.getByLabel("Owner's name", { exact: true }).fill(owner.name);
    await this.page.getByLabel("Owner's e-mail", { exact: true }).fill(owner.email);
    await this.page.getByRole("button", { name: "Create organization" }).click();
    const organization = new Organization(this.page, name);
    await expect(organization.heading).toBeVisible();
    await expect(organization.notice).toContainText(`An invitation is on its way to ${owner.email}.`);
    return organization;
  }

  async go(name: string): Promise<Organization> {
    await this.row(name).getByRole("link").click();
    const organization = new Organization(this.page, name);
    await expect(organization.heading).toBeVisible();
    return organization;
  }
}

/** `/operator/{id}`: one of them. */
export class Organization {
  readonly heading: Locator;
  readonly notice: Locator;
  readonly seats: Locator;
  readonly scheduler: Locator;
  readonly smsToo: Locator;
  readonly resume: Locator;

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    this.heading = page.getByRole("heading", { level: 1, name });
    this.notice = page.getByRole("main").getByRole("status");
    this.seats = page.getByRole("spinbutton", { name: "Seats" });
    this.scheduler = page.getByRole("checkbox", { name: "Scheduler" });
    this.smsToo = page.getByRole("radio", { name: "E-mail or SMS" });
    this.resume = page.getByRole("button", { name: "Resume" });
  }

  async save(): Promise<void> {
    await this.page.getByRole("button", { name: "Save", exact: true }).click();
    await expect(this.notice).toContainText("Saved.");
  }

  async add(kind: "Product" | "Page", name: string): Promise<void> {
    await this.page.getByRole("combobox", { name: "Kind" }).selectOption(kind);
    await this.page.getByRole("textbox", { name: "Name of the product or page" }).fill(name);
    await this.page.getByRole("button", { name: "Add", exact: true }).click();
    await expect(this.resource(name)).toContainText("On");
  }

  resource(name: string): Locator {
    return this.page.getByRole("listitem").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async turn(name: string, to: "on" | "off"): Promise<void> {
    await this.resource(name).getByRole("button", { name: `Turn ${to}: ${name}` }).click();
    await expect(this.resource(name).getByRole("button", { name: `Turn ${to === "on" ? "off" : "on"}` })).toBeVisible();
  }

  /** Says yes, and where it is one's own a second time. */
  async suspend(own = false): Promise<void> {
    const button = this.page.getByRole("button", { name: "Suspend", exact: true });
    await expect(button, "the page's script runs").not.toHaveAttribute("aria-disabled");
    await button.click();
    await this.page
      .getByRole("dialog", { name: `Suspend ${this.name}?` })
      .getByRole("button", { name: "Suspend", exact: true })
      .click();
    if (own) {
      await this.page
        .getByRole("dialog", { name: "You are signed in to this organization" })
        .getByRole("button", { name: "Suspend all the same" })
        .click();
    }
    await expect(this.resume).toBeVisible();
  }
}
