import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { deflateSync, crc32 } from "node:zlib";
import { Accept } from "../pages/accept.ts";
import { InvitationSettings, OrganizationSettings } from "../pages/organization.ts";
import { expect, owner, test } from "../support/fixtures.ts";
import { organization } from "../support/server.ts";
import { settled } from "../support/settled.ts";

test.use({ installation: { name: "organization" } });

/** Each violation as one line: the rule, and the elements. What is in frames is the letters' matter. */
async function violations(page: Page): Promise<string[]> {
  await settled(page);
  const results = await new AxeBuilder({ page }).exclude("iframe").analyze();
  return results.violations.map(
    ({ id, help, nodes }) => `${id} (${help}): ${nodes.map((node) => `${node.target} ${node.html}`).join(" | ")}`,
  );
}

/** A picture of one colour. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(content));
    return Buffer.concat([length, content, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.from(Array(width).fill([194, 24, 91]).flat())]);
  const rows = Buffer.concat(Array(height).fill(line));
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The ground of the primary button. */
const ground = (page: Page, name: string) =>
  page.getByRole("button", { name }).evaluate((button) => getComputedStyle(button).backgroundColor);

test("name, logo, colour and words are set, and an invitee sees them", async ({ admin, adminApi, page, world }) => {
  const settings = await new OrganizationSettings(admin).open();
  await settings.general.field("Name").fill("North Clinics");
  await settings.general.field("Time zone").selectOption("Europe/Berlin");
  await settings.general.saves();
  const header = admin.getByRole("banner");
  await expect(header.getByText("North Clinics")).toBeVisible();

  await settings.console.takenOver();
  await settings.uploads("logo.png", png(900, 300));
  await expect(settings.logo.region.getByRole("status")).toHaveText("The logo is in place.");
  const logo = header.locator("img");
  await expect(logo).toBeVisible();
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);

  await settings.console.takenOver();
  await settings.accent.field("Colour").fill("#ffcc00");
  await expect(settings.accent.region.getByText("White words could hardly be read on #ffcc00")).toBeVisible();
  await settings.accent.region.getByRole("button", { name: "#be123c" }).click();
  await expect(settings.accent.field("Colour")).toHaveValue("#be123c");
  await settings.accent.saves();

  const invitations = await new InvitationSettings(admin).open();
  const { words } = invitations;
  await expect(invitations.letter.getByText("invites you to join")).toBeVisible();
  await words.field("Subject").fill("{organization} expects {name}");
  await words.field("Opening").fill("Dear {nmae},\n\n{inviter} <b>wants</b> you.");
  await expect(words.region.getByText("Nothing is filled in for {nmae}")).toBeVisible();
  await words.save.click();
  await expect(words.region.getByRole("alert")).toContainText("none that can be filled in");
  await words.field("Opening").fill("Dear {name},\n\n{inviter} <b>wants</b> you.");
  await expect(invitations.letter.getByText("Olive Owner <b>wants</b> you.")).toBeVisible();
  await expect(invitations.letter.getByText("Dear Olive,")).toBeVisible();
  const drawn = invitations.letter.locator("img");
  expect(await drawn.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);
  await invitations.button("Send me a test").click();
  const sample = await world.sink.messageTo(owner.email);
  expect(sample.subject).toBe("North Clinics expects Olive");
  await expect(admin.getByText(`A test is on its way to ${owner.email}`)).toBeVisible();
  await words.save.click();
  await expect(admin.getByText("The words are saved.")).toBeVisible();
  await invitations.sender.field("Sender name").fill("North front desk");
  await invitations.sender.field("Reply-to address").fill("desk@north.example");
  await invitations.sender.saves();
  await expect(words.field("Subject")).toHaveValue("{organization} expects {name}");
  await expect(words.field("Opening")).toHaveValue("Dear {name},\n\n{inviter} <b>wants</b> you.");

  const email = world.address("ines");
  const link = await world.invited(adminApi, email);
  const letter = await world.sink.messageTo(email);
  expect(letter.subject).toBe(`North Clinics expects ${email}`);
  expect(letter.headers.get("from")).toContain("North front desk");
  expect(letter.headers.get("reply-to")).toBe("desk@north.example");
  expect(letter.html).toContain("background-color:#be123c");
  expect(letter.html).toContain("&#60;b&#62;wants&#60;/b&#62;");
  const accept = await new Accept(page).follow(link);
  await accept.invitesTo("North Clinics");
  const shown = page.getByRole("main").locator("img");
  expect(await shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);
  expect(await ground(page, "Create account")).toBe("rgb(190, 18, 60)");
  expect(await violations(page)).toEqual([]);

  await settings.open();
  await settings.logo.region.getByRole("button", { name: "Remove logo" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Remove logo" }).click();
  await expect(settings.logo.region.getByText("No logo yet")).toBeVisible();
  await settings.console.takenOver();
  await settings.uploads("logo.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  await expect(settings.logo.region.getByRole("alert")).toContainText("SVG is not possible");
});

test("domains are named and kept to, and a custom expiry holds", async ({ admin, adminApi, world }) => {
  const invitations = await new InvitationSettings(admin).open();
  const { domains, expiry } = invitations;
  await domains.field("Domains").fill("clinic.example\n@почта.рф nonsense clinic.example");
  await expect(domains.region.getByText("nonsense: The part after the @ has no dot")).toBeVisible();
  await expect(domains.region.getByText("clinic.example: named more than once")).toBeVisible();
  await domains.save.click();
  await expect(domains.region.getByRole("alert")).toContainText("Not everything in this list is a domain");
  await expect(domains.field("Domains")).toHaveValue("clinic.example\n@почта.рф nonsense clinic.example");
  await invitations.console.takenOver();
  await domains.field("Domains").fill("clinic.example почта.рф");
  await domains.saves();
  await expect(domains.field("Domains")).toHaveValue("clinic.example\nпочта.рф");
  const request = { key: crypto.randomUUID(), role: null, lifetime: null, language: null, message: "", resend: false, seen: 0 };
  const audience = { Pasted: "ann@elsewhere.example, bo@почта.рф" };
  const preview = await adminApi.call<{ counts: { ready: number } }>("preview_send", { request: { ...request, audience } });
  expect(preview.counts.ready).toBe(1);

  await invitations.console.takenOver();
  await expiry.region.getByRole("radio", { name: "Custom" }).check();
  await expiry.field("Number").fill("2");
  await expiry.field("Unit").selectOption("days");
  await expiry.field("Default role for new users").selectOption("Admin");
  await expiry.saves();
  await expect(expiry.region.getByRole("radio", { name: "Custom" })).toBeChecked();
  await expect(expiry.field("Number")).toHaveValue("2");
  const choices = await adminApi.call<{ default_hours: number; default_role: string }>("read_invite_choices", {});
  expect(choices.default_hours).toBe(48);
  const email = world.address("ada");
  await adminApi.invite(email);
  expect((await adminApi.user(email)) as unknown as { role: string }).toMatchObject({ role: "admin" });
});

test("two admins do not overwrite each other's words", async ({ admin, visitor, watch }) => {
  watch.expect(/answer 422: POST .*\/api\/save_wording/);
  const other = await visitor();
  await other.context().addCookies(await admin.context().cookies());
  const mine = await new InvitationSettings(admin).open("?words=ru");
  const theirs = await new InvitationSettings(other).open("?words=ru");
  await theirs.words.field("Closing").fill("До встречи!");
  await theirs.words.save.click();
  await expect(other.getByText("The words are saved.")).toBeVisible();
  await mine.words.field("Closing").fill("Пока!");
  await mine.words.save.click();
  await expect(mine.words.region.getByText("changed this meanwhile to “До встречи!”")).toBeVisible();
  await expect(mine.words.field("Closing")).toHaveValue("Пока!");
  await mine.words.save.click();
  await expect(admin.getByText("The words are saved.")).toBeVisible();
});

test("the settings are read and saved without JavaScript", async ({ admin, baseURL, browser }) => {
  const bare = await browser.newContext({
    baseURL,
    javaScriptEnabled: false,
    storageState: await admin.context().storageState(),
  });
  const page = await bare.newPage();
  const settings = new OrganizationSettings(page);
  await page.goto("/settings/organization");
  await settings.general.field("Name").fill(" ");
  await settings.general.save.click();
  await expect(settings.general.region.getByRole("alert")).toContainText("Enter the name of the organization");
  await settings.general.field("Name").fill(organization);
  await settings.general.saves();
  await settings.uploads("logo.png", png(20, 20));
  await expect(settings.logo.region.getByRole("status")).toHaveText("The logo is in place.");

  const invitations = new InvitationSettings(page);
  await page.goto("/settings/invitations?words=en");
  await invitations.words.field("Closing").fill("Good bye, {name}");
  await invitations.button("Show preview").click();
  await expect(invitations.letter.getByText("Good bye, Olive")).toBeVisible();
  await invitations.words.save.click();
  await expect(invitations.words.region.getByRole("status")).toHaveText("The words are saved.");
  await expect(invitations.words.field("Closing")).toHaveValue("Good bye, {name}");
  await bare.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`axe finds nothing in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test(`on the settings, kept and refused, in ${colorScheme}`, async ({ admin }) => {
      await admin.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const settings = await new OrganizationSettings(admin).open();
      expect(await violations(admin)).toEqual([]);
      await settings.accent.field("Colour").fill("teal");
      await settings.accent.save.click();
      await expect(settings.accent.region.getByRole("alert")).toBeVisible();
      expect(await violations(admin)).toEqual([]);
      const invitations = await new InvitationSettings(admin).open("?words=ru");
      await invitations.words.field("Subject").fill("{x}");
      await invitations.domains.field("Domains").fill("nonsense");
      await expect(invitations.words.region.getByText("Nothing is filled in for {x}")).toBeVisible();
      expect(await violations(admin)).toEqual([]);
      await admin.setViewportSize({ width: 390, height: 844 });
      expect(await violations(admin)).toEqual([]);
      const wide = await admin.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, "nothing reaches beyond a phone's edge").toBeLessThanOrEqual(390);
    });
  });
}
