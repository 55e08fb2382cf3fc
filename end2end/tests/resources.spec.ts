import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Home } from "../pages/home.ts";
import { Resources } from "../pages/resources.ts";
import { Api } from "../support/api.ts";
import { expect, test } from "../support/fixtures.ts";
import { settled } from "../support/settled.ts";

test.use({ installation: { name: "resources" } });

/** What axe finds on the page, in light and in dark. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await settled(page);
    const { violations } = await new AxeBuilder({ page }).analyze();
    found.push(...violations.map(({ id, nodes }) => `${colorScheme}: ${id} ${nodes.map((node) => node.html)}`));
  }
  return found;
}

test("an owner adds locations, renames and orders them, retires one and restores it", async ({ admin, watch }) => {
  watch.expect(/answer 422: POST .*\/api\/rename_resource/);
  await new Resources(admin, "Lines").open();
  await admin.getByRole("link", { name: "Locations" }).click();
  const locations = await new Resources(admin).open();
  await expect(admin.getByText("No locations yet")).toBeVisible();
  expect(await violations(admin)).toEqual([]);

  // Nothing is said until something is asked for.
  await locations.add.click();
  await expect(locations.box).toBeFocused();
  await expect(admin.getByText("Enter a name.")).toBeVisible();
  await admin.keyboard.type("Old Harbour");
  await admin.keyboard.press("Enter");
  await locations.lists(["Old Harbour"]);
  await expect(locations.box).toHaveValue("");
  await expect(locations.box).toBeFocused();
  await locations.box.fill("north  quay\n\nold harbour\nMarket Square\n");
  await expect(admin.getByText("In the list already, and left out: old harbour.")).toBeVisible();
  await expect(locations.add).toHaveText("Add 2");
  await locations.add.click();
  await locations.lists(["Old Harbour", "north quay", "Market Square"]);

  // Renamed in its place, by the keyboard.
  await locations.act("north quay", "Rename").focus();
  await admin.keyboard.press("Enter");
  await expect(locations.field("north quay")).toBeFocused();
  await admin.keyboard.type("MARKET square");
  await admin.keyboard.press("Enter");
  await expect(admin.getByText("This name is in the list already")).toBeVisible();
  await expect(locations.field("north quay")).toBeFocused();
  expect(await violations(admin)).toEqual([]);
  await admin.keyboard.type("North Quay");
  await admin.keyboard.press("Enter");
  await locations.lists(["Old Harbour", "North Quay", "Market Square"]);
  await expect(locations.act("North Quay", "Rename")).toBeFocused();
  await admin.keyboard.press("Enter");
  await expect(locations.field("North Quay")).toBeFocused();
  await admin.keyboard.type("x");
  await admin.keyboard.press("Escape");
  await expect(locations.act("North Quay", "Rename")).toBeFocused();

  // Ordered by the keyboard, which stays where it is, at the end too.
  const up = locations.act("Market Square", "Move up");
  await up.focus();
  await admin.keyboard.press("Enter");
  await locations.lists(["Old Harbour", "Market Square", "North Quay"]);
  await expect(up).toBeFocused();
  await expect(admin.getByText("“Market Square” is now 2 of 3.")).toBeAttached();
  await admin.keyboard.press("Space");
  await locations.lists(["Market Square", "Old Harbour", "North Quay"]);
  await expect(up).toBeFocused();
  await admin.keyboard.press("Enter");
  await expect(up).toBeFocused();
  await locations.act("Market Square", "Move down").press("Enter");
  await locations.lists(["Old Harbour", "Market Square", "North Quay"]);
  await admin.getByRole("button", { name: "Sort by name" }).click();
  await locations.lists(["Market Square", "North Quay", "Old Harbour"]);
  await admin.reload();
  await locations.lists(["Market Square", "North Quay", "Old Harbour"]);
  await locations.console.takenOver();

  await locations.act("North Quay", "Retire").click();
  const question = admin.getByRole("dialog", { name: "Retire “North Quay”?" });
  await expect(question.getByText("It is not chosen by name for any user.")).toBeVisible();
  expect(await violations(admin)).toEqual([]);
  await question.getByRole("button", { name: "Retire" }).click();
  await locations.lists(["Market Square", "Old Harbour"]);
  await expect(admin.getByRole("heading", { name: "In use: 2" })).toBeFocused();
  await locations.box.fill("North quay");
  await admin.keyboard.press("Enter");
  await expect(admin.getByText("A retired one has this name.")).toBeVisible();
  await locations.retired.click();
  expect(await violations(admin)).toEqual([]);
  await locations.act("North Quay", "Restore").click();
  await locations.lists(["Market Square", "North Quay", "Old Harbour"]);
  await expect(locations.retired).toHaveCount(0);
});

test("another admin's changes are seen at once", async ({ admin, visitor }) => {
  const lines = await new Resources(admin, "Lines").open();
  const other = await visitor();
  await other.context().addCookies(await admin.context().cookies());
  const second = await new Resources(other, "Lines").open();
  await second.box.fill("Reception\nBilling");
  await second.add.click();
  await lines.lists(["Reception", "Billing"]);

  // One who is about to rename it is told, and can go on.
  await lines.act("Billing", "Rename").click();
  await lines.field("Billing").fill("Accounts");
  await second.act("Billing", "Rename").click();
  await second.field("Billing").fill("Money");
  await other.keyboard.press("Enter");
  await expect(admin.getByText("Somebody else has renamed it to “Money” meanwhile.")).toBeVisible();
  await lines.field("Billing").press("Enter");
  await lines.lists(["Reception", "Accounts"]);
  await second.lists(["Reception", "Accounts"]);
});

test("the start page says what one reaches, at once when it changes", async ({ admin, adminApi, visitor, world }) => {
  const mia = await world.member(adminApi, "Mia");
  const page = await visitor();
  await new Api(page.request, world.url).signIn(mia.email, mia.password);
  const home = new Home(page);
  for (const [kind, names] of [
    ["location", ["Pier", "Bay"]],
    ["page", ["Inbox"]],
    ["line", Array.from({ length: 12 }, (_, n) => `Line ${n + 1}`)],
  ] as const) {
    const known = await adminApi.call<{ id: string; retired_at: string | null }[]>("list_resources", { kind });
    for (const row of known) if (!row.retired_at) await adminApi.call("retire_resource", { id: row.id });
    await adminApi.call("add_resources", { kind, names: names.join("\n") });
  }
  await page.goto("/home");
  await home.welcomes("Mia");
  await expect(home.under("Locations")).toContainText("All locations");
  await expect(home.names("Locations")).toHaveText(["Pier", "Bay"]);
  await expect(home.names("Pages")).toHaveText(["Inbox"]);
  await expect(home.under("Products")).toHaveCount(0);
  await expect(home.names("Lines")).toHaveCount(0);
  await home.under("Lines").getByText("All lines (12)").click();
  await expect(home.names("Lines")).toHaveCount(12);
  expect(await violations(page)).toEqual([]);

  const locations = await new Resources(admin).open();
  await locations.act("Bay", "Retire").click();
  await admin.getByRole("dialog").getByRole("button", { name: "Retire" }).click();
  await expect(home.names("Locations")).toHaveText(["Pier"]);
  await admin.getByRole("button", { name: "Undo" }).click();
  await expect(home.names("Locations")).toHaveText(["Pier", "Bay"]);

  // Whoever may not keep the lists is told so.
  await page.goto("/settings/locations");
  await expect(page.getByRole("alert")).toContainText("Your role does not allow this");
});

test("the lists are read without JavaScript", async ({ admin, adminApi, browser, baseURL }) => {
  await adminApi.call("add_resources", { kind: "product", names: "Messaging" });
  const bare = await browser.newContext({
    baseURL,
    javaScriptEnabled: false,
    storageState: await admin.context().storageState(),
  });
  const page = await bare.newPage();
  await page.goto("/settings/products");
  await new Resources(page, "Products").lists(["Messaging"]);
  await page.goto("/home");
  await expect(new Home(page).names("Products")).toHaveText(["Messaging"]);
  await bare.close();
});
