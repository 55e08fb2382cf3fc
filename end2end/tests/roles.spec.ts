import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Accept } from "../pages/accept.ts";
import { Home } from "../pages/home.ts";
import { Roles } from "../pages/roles.ts";
import { AddUser, User } from "../pages/user.ts";
import { Users } from "../pages/users.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { invitationLink } from "../support/sink.ts";
import { settled } from "../support/settled.ts";

test.use({ installation: { name: "roles" } });

/** Each violation as one line: the rule, and the elements. */
async function violations(page: Page): Promise<string[]> {
  await settled(page);
  const results = await new AxeBuilder({ page }).analyze();
  return results.violations.map(
    ({ id, help, nodes }) => `${id} (${help}): ${nodes.map((node) => `${node.target} ${node.html}`).join(" | ")}`,
  );
}

test("a front desk invites and sends again, and neither sees settings nor gives more than it may", async ({
  admin,
  visitor,
  world,
}) => {
  const [fay, guest] = [world.address("fay"), world.address("guest")];
  const roles = await new Roles(admin).open();
  await expect(admin).toHaveTitle("Roles · Usher");
  await roles.adds("Front desk", ["Manage users"]);
  await expect(roles.role("Front desk")).toContainText("No users");

  // The owner invites somebody into it.
  let users = await new Users(admin).open();
  let dialog = await users.invite();
  await dialog.addresses.fill(fay);
  await dialog.dialog.getByLabel("Role", { exact: true }).selectOption("Front desk");
  await dialog.send.click();
  await expect(admin).toHaveURL(/\/batches\//);
  const page = await visitor();
  const accept = await new Accept(page).follow(invitationLink(await world.sink.messageTo(fay)));
  await accept.fill(person({ firstName: "Fay" }));
  await accept.create.click();
  await new Home(page).welcomes("Fay");

  // What Fay sees: the users, and no settings.
  const rail = page.getByRole("navigation", { name: "Main" });
  await expect(rail.getByRole("link")).toHaveText(["Users", "Import", "Batches", "Home"]);
  await page.goto("/settings/roles");
  await expect(page.getByRole("alert")).toContainText("Your role does not allow this");
  await page.goto("/");
  users = new Users(page);
  await expect(users.heading).toBeVisible();
  await users.console.takenOver();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to…" }).fill("ro");
  await expect(page.getByRole("option", { name: "Roles" })).toHaveCount(0);
  await page.keyboard.press("Escape");

  // Fay invites, offered no role above theirs.
  dialog = await users.invite();
  await dialog.addresses.fill(guest);
  await expect(dialog.dialog.getByLabel("Role", { exact: true }).locator("option")).toHaveText(["User", "Front desk"]);
  await dialog.send.click();
  await expect(page).toHaveURL(/\/batches\//);
  const first = invitationLink(await world.sink.messageTo(guest));

  // And sends again; the link itself is not theirs to see.
  await users.open();
  await users.shows(guest, "Invited");
  await page.getByRole("button", { name: `Actions for ${guest}`, exact: true }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Resend invitation", "Revoke invitation", "Edit", "Deactivate", "Delete"]);
  await page.getByRole("menuitem", { name: "Resend invitation" }).click();
  const second = invitationLink(await world.sink.messageTo(guest, 2));
  expect(second).not.toBe(first);

  // Nor is a role above offered where one is added or changed, and the owner's page is only to be read.
  const add = await new AddUser(page).open();
  await expect(add.field("Role").locator("option")).toHaveText(["User", "Front desk"]);
  await page.keyboard.press("Escape");
  await users.row(guest).getByRole("link").first().click();
  const user = await new User(page).arrives();
  await expect(user.field("Role").locator("option")).toHaveText(["User", "Front desk"]);
  await expect(user.action("Copy link")).toHaveCount(0);
  await users.open("?q=olive");
  await users.rows.first().getByRole("link").first().click();
  await user.arrives();
  await expect(user.field("Role")).toBeDisabled();
  await expect(user.save).toHaveCount(0);

  // The list leads to who has the role.
  await roles.open();
  await roles.role("Front desk").getByRole("link", { name: "1 user" }).click();
  const theirs = new Users(admin);
  await expect(theirs.heading).toBeVisible();
  await theirs.listsOnly([fay]);
});

test("a role is changed and deleted, and those who have it get another one", async ({ admin, adminApi, watch, world }) => {
  watch.expect(/answer 422: POST .*\/api\/(add_role|edit_role)/);
  const email = world.address("ivan");
  await adminApi.invite(email);
  const roles = new Roles(admin);
  await new Users(admin).open();
  await admin.keyboard.press("Control+k");
  await admin.getByRole("combobox", { name: "Go to…" }).fill("rol");
  await expect(admin.getByRole("option", { name: "Roles" })).toBeVisible();
  await admin.keyboard.press("Enter");
  await expect(roles.heading).toBeVisible();
  await roles.add.click();
  await roles.name.fill(" OWNER ");
  await roles.sheet.getByRole("button", { name: "Add role" }).click();
  await expect(roles.sheet.getByText("There is a role with this name already")).toBeVisible();
  await expect(roles.name).toBeFocused();
  await expect(roles.name).toHaveAttribute("aria-invalid", "true");
  await roles.name.fill("");
  await admin.keyboard.press("Enter");
  await expect(roles.sheet.getByText("Enter a name for the role")).toBeVisible();
  await admin.keyboard.press("Escape");
  await expect(roles.add).toBeFocused();
  for (const name of ["Owner", "Admin", "User"]) {
    await expect(roles.role(name)).toBeVisible();
    await expect(roles.role(name).getByRole("button")).toHaveCount(0);
  }

  await roles.adds("Night shift", []);
  await expect(roles.role("Night shift")).toContainText("No permission");
  const { id } = await adminApi.user(email);
  const user = await new User(admin).open(id);
  await user.field("Role").selectOption("Night shift");
  await user.saves();

  await roles.open();
  await roles.edit("Night shift");
  await expect(roles.sheet).toContainText("1 user has this role");
  await roles.name.fill("Late shift");
  await roles.permission("View audit log").check();
  await roles.save();
  await expect(roles.role("Late shift")).toContainText("View audit log");
  await expect(roles.sheet).toBeHidden();

  const question = await roles.askToDelete("Late shift");
  await expect(question).toContainText("1 user has this role");
  await expect(question.getByLabel("New role")).toHaveValue(/./);
  await question.getByLabel("New role").selectOption("Admin");
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(admin.getByText("Role Late shift deleted, 1 user has another one now")).toBeVisible();
  await expect(roles.role("Late shift")).toHaveCount(0);
  await expect(roles.add).toBeFocused();
  await user.open(id);
  await expect(user.field("Role").locator("option:checked")).toHaveText("Admin");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`axe finds nothing in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test(`on the roles, the sheet and the question, in ${colorScheme}`, async ({ admin, watch }) => {
      watch.expect(/answer 422: POST .*\/api\/add_role/);
      const name = `Reception ${colorScheme}`;
      const roles = await new Roles(admin).open();
      expect(await violations(admin)).toEqual([]);
      await roles.adds(name, ["Manage users", "Copy invitation links"]);
      expect(await violations(admin)).toEqual([]);
      await roles.add.click();
      await roles.name.fill(name);
      await admin.keyboard.press("Enter");
      await expect(roles.name).toHaveAttribute("aria-invalid", "true");
      expect(await violations(admin)).toEqual([]);
      await admin.keyboard.press("Escape");
      await roles.askToDelete(name);
      expect(await violations(admin)).toEqual([]);
    });
  });
}
