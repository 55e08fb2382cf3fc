import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import { Console } from "./console.ts";

/** A form of the settings, under its heading. */
export class Panel {
  readonly region: Locator;
  readonly save: Locator;

  constructor(page: Page, name: string) {
    this.region = page.getByRole("region", { name, exact: true });
    this.save = this.region.getByRole("button", { name: "Save", exact: true });
  }

  field(name: string): Locator {
    return this.region.getByLabel(name, { exact: true });
  }

  /** Saves, and the page is drawn anew and says so. */
  async saves(): Promise<void> {
    await this.save.click();
    await expect(this.region.getByRole("status")).toHaveText("Saved.");
  }
}

/** `/settings/organization`. */
export class OrganizationSettings {
  readonly console: Console;
  readonly heading: Locator;
  readonly general: Panel;
  readonly logo: Panel;
  readonly accent: Panel;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Organization" });
    this.general = new Panel(page, "Name, language, time");
    this.logo = new Panel(page, "Logo");
    this.accent = new Panel(page, "Accent colour");
  }

  async open(): Promise<this> {
    await this.page.goto("/settings/organization");
    await expect(this.heading).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  async uploads(name: string, buffer: Buffer): Promise<void> {
    await this.logo.field("Picture").setInputFiles({ name, mimeType: "image/png", buffer });
    await this.logo.region.getByRole("button", { name: "Upload logo" }).click();
  }
}

/** `/settings/invitations`. */
export class InvitationSettings {
  readonly console: Console;
  readonly heading: Locator;
  readonly expiry: Panel;
  readonly signingUp: Panel;
  readonly domains: Panel;
  readonly sender: Panel;
  readonly words: Panel;
  readonly sms: Locator;
  readonly letter: FrameLocator;

  constructor(readonly page: Page) {
    this.console = new Console(page);
    this.heading = page.getByRole("heading", { level: 1, name: "Invitations" });
    this.expiry = new Panel(page, "Expiry and role");
    this.signingUp = new Panel(page, "Signing up");
    this.domains = new Panel(page, "Allowed e-mail domains");
    this.sender = new Panel(page, "Sender");
    this.words = new Panel(page, "Words of the e-mail");
    this.sms = page.getByRole("region", { name: "Words of the text message" });
    this.letter = page.frameLocator('iframe[title="Preview"]');
  }

  async open(query = ""): Promise<this> {
    await this.page.goto(`/settings/invitations${query}`);
    await expect(this.heading).toBeVisible();
    await this.console.takenOver();
    return this;
  }

  button(name: string): Locator {
    return this.words.region.getByRole("button", { name });
  }
}
