import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { AccessPicker, type Kind } from "../pages/access-picker.ts";
import { Accept } from "../pages/accept.ts";
import { Home } from "../pages/home.ts";
import type { InviteDialog } from "../pages/invite-dialog.ts";
import { AddUser, User } from "../pages/user.ts";
import { Users } from "../pages/users.ts";
import { Api } from "../support/api.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { invitationLink } from "../support/sink.ts";

// The demonstration has some of everything, both features, a retired location and a product that is
// switched off.
test.use({ installation: { name: "access", demo: true } });

interface Choices {
  roles: { id: string; kind: string }[];
  access: { resources: { id: string; kind: string; name: string }[] };
}

async function opened(admin: Page): Promise<[InviteDialog, AccessPicker]> {
  const invite = await (await new Users(admin).open()).invite();
  const picker = new AccessPicker(invite.dialog);
  await expect(picker.kind("Recipients")).toBeVisible();
  return [invite, picker];
}

const chosen: [Kind, string[]][] = [
  ["Recipients", ["North Quay", "Market Square"]],
  ["Access", ["Inbox", "Reports"]],
  ["Products", ["Messaging"]],
  ["Lines", ["Emergency"]],
];
const headings = { Recipients: "Locations", Access: "Pages", Products: "Products", Lines: "Lines" };

test("who is invited with chosen access sees exactly that", async ({ admin, visitor, world }) => {
  const axe = async (page: Page) => (await new AxeBuilder({ page }).analyze()).violations;
  const ida = world.address("ida");
  const [invite, picker] = await opened(admin);
  await invite.addresses.fill(`Ida Lindqvist <${ida}>, ${world.address("otto")}`);
  // Neither what is retired nor what is switched off is there to choose.
  await picker.choose("Recipients").check();
  await picker.offers("Recipients", ["Old Harbour", "North Quay", "Lighthouse Road", "Market Square"]);
  await expect(picker.kind("Recipients").getByRole("status")).toHaveText("None is ticked: they will reach no locations.");
  await picker.choose("Products").check();
  await picker.offers("Products", ["Messaging", "Scheduler", "Reviews"]);
  for (const [kind, names] of chosen) await picker.pick(kind, names);
  await expect(picker.kind("Recipients").getByRole("status")).toHaveCount(0);
  await picker.blocking.check();
  await picker.upload.check();
  // "All" and back again loses nothing, nor does closing.
  await picker.all("Access").check();
  await picker.choose("Access").check();
  await expect(picker.box("Access", "Reports")).toBeChecked();
  await admin.keyboard.press("Escape");
  await admin.getByRole("main").getByRole("button", { name: "Invite users" }).first().click();
  await expect(picker.box("Lines", "Emergency")).toBeChecked();
  await invite.dialog.getByLabel("Message", { exact: false }).fill("See you <b>on Monday</b>.");
  expect(await axe(admin)).toEqual([]);

  await invite.dialog.getByRole("button", { name: "Preview" }).click();
  const preview = admin.getByRole("dialog", { name: "Preview" });
  await expect(preview.getByText(`Ida Lindqvist <${ida}>`)).toBeVisible();
  const letter = preview.frameLocator("iframe");
  await expect(letter.getByText("Hello Ida,")).toBeVisible();
  await expect(letter.getByText("See you <b>on Monday</b>.")).toBeVisible();
  const see = preview.getByRole("region", { name: "What they will see" });
  for (const [kind, names] of chosen) {
    const term = admin.getByRole("term").filter({ hasText: new RegExp(`^${headings[kind]}$`) });
    await expect(see.locator("dl > div").filter({ has: term }).getByRole("definition")).toHaveText(names.join(", "));
  }
  await expect(see.getByRole("listitem")).toHaveText(["Allow appointment blocking", "Allow access to upload button"]);
  // No script runs in the letter's frame, axe no more than any other.
  await preview.getByTitle("The e-mail as it will look").evaluate((frame) => frame.remove());
  expect(await axe(admin)).toEqual([]);
  await preview.getByRole("button", { name: "Close" }).click();

  await expect(invite.send).toBeEnabled();
  await invite.send.click();
  await expect(admin).toHaveURL(/\/batches\//);
  const link = invitationLink(await world.sink.messageTo(ida));
  const page = await visitor();
  const accept = await new Accept(page).follow(link);
  await accept.fill(person());
  await accept.create.click();
  const home = new Home(page);
  await home.welcomes("Ida");
  for (const [kind, names] of chosen) await expect(home.names(headings[kind])).toHaveText(names);
  await expect(home.names("Also allowed")).toHaveText(["Appointment blocking", "Upload button"]);
});

test("a user's page says why each right is there, and changes it", async ({ admin, adminApi, world }) => {
  const email = world.address("una");
  await adminApi.invite(`Una Ward <${email}>`);
  const user = await new User(admin).open((await adminApi.user(email)).id);
  const section = admin.getByRole("region", { name: "Access" });
  const row = (name: string) => section.locator("ul > li").filter({ hasText: new RegExp(`^${name}`) });
  await expect(row("Locations")).toContainText("as everyone");
  await expect(row("Locations")).toContainText("All");

  await section.getByRole("button", { name: "Change access" }).click();
  const sheet = admin.getByRole("dialog", { name: "Access" });
  const picker = new AccessPicker(sheet);
  const save = sheet.getByRole("button", { name: "Save access" });
  await expect(save).toBeDisabled();
  await picker.pick("Recipients", ["Old Harbour"]);
  await picker.upload.check();
  expect((await new AxeBuilder({ page: admin }).analyze()).violations).toEqual([]);
  await save.click();
  await expect(sheet).toBeHidden();
  await expect(row("Locations")).toContainText(/Old Harbour/);
  await expect(row("Locations")).toContainText(/chosen by Vera Lund on \d+ \w+ \d{4}/);
  await expect(row("Allow access to upload button")).toContainText("chosen by Vera Lund");
  await expect(user.history.first()).toContainText("Access changed: Recipients, Allow access to upload button");
  expect((await new AxeBuilder({ page: admin }).analyze()).violations).toEqual([]);

  // The owner's own rights come from the role.
  await user.open((await adminApi.user("vera@harbourclinics.example")).id);
  await expect(row("Locations")).toContainText("from role Owner");
  await expect(row("Manage users")).toContainText("from role Owner");
  await expect(section.getByRole("button", { name: "Change access" })).toHaveCount(0);
});

test("two who change the same access are told", async ({ admin, adminApi, world, watch }) => {
  watch.expect(/answer 422: POST .*\/api\/change_access/);
  const email = world.address("mo");
  await adminApi.invite(email);
  const { id } = await adminApi.user(email);
  await new User(admin).open(id);
  await admin.getByRole("button", { name: "Change access" }).click();
  const sheet = admin.getByRole("dialog", { name: "Access" });
  const picker = new AccessPicker(sheet);
  await picker.pick("Lines", ["Billing"]);
  await adminApi.call("change_access", { request: { user: id, seen: {}, wanted: { lines: { chosen: [] } } } });
  await sheet.getByRole("button", { name: "Save access" }).click();
  await expect(sheet.getByRole("alert")).toContainText("Somebody else has changed this access");
  await expect(picker.box("Lines", "Billing")).not.toBeChecked();
  await picker.box("Lines", "Billing").check();
  await sheet.getByRole("button", { name: "Save access" }).click();
  await expect(sheet).toBeHidden();
});

test("a preset fills the dialog, and is deleted", async ({ admin, watch }) => {
  watch.expect(/answer 422: POST .*\/api\/save_preset/);
  const [invite, picker] = await opened(admin);
  await invite.dialog.getByRole("combobox", { name: "Role" }).selectOption({ label: "Admin" });
  await picker.pick("Recipients", ["North Quay"]);
  await picker.blocking.check();
  await invite.expiresIn("72 hours");
  const name = "Front desk, North clinic, 72 hours";
  const saves = async () => {
    await invite.dialog.getByRole("button", { name: "Save as preset" }).click();
    const sheet = admin.getByRole("dialog", { name: "Save as preset" });
    await expect(sheet.getByLabel("Name", { exact: true })).toBeFocused();
    await sheet.getByLabel("Name", { exact: true }).fill(name);
    await sheet.getByRole("button", { name: "Save preset" }).click();
    return sheet;
  };
  await expect(await saves()).toBeHidden();
  const preset = invite.dialog.getByRole("combobox", { name: "Preset" });
  await expect(preset.locator("option:checked")).toHaveText(name);
  const again = await saves();
  await expect(again.getByRole("alert")).toContainText("a preset with this name already");
  await admin.keyboard.press("Escape");
  await picker.blocking.uncheck();
  await expect(preset.locator("option:checked")).toHaveText("None");

  await opened(admin);
  await expect(picker.all("Recipients")).toBeChecked();
  await preset.selectOption({ label: name });
  await expect(invite.dialog.getByRole("combobox", { name: "Role" }).locator("option:checked")).toHaveText("Admin");
  await expect(picker.box("Recipients", "North Quay")).toBeChecked();
  await expect(picker.blocking).toBeChecked();
  await expect(invite.dialog.getByRole("combobox", { name: "Expires in" }).locator("option:checked")).toHaveText("72 hours");

  await invite.dialog.getByRole("button", { name: "Delete preset" }).click();
  await admin.getByRole("dialog", { name: `Delete the preset “${name}”?` }).getByRole("button", { name: "Delete preset" }).click();
  await expect(preset).toHaveCount(0);
});

test("who has only chosen ones gives no more than these", async ({ adminApi, visitor, world }) => {
  const choices = await adminApi.call<Choices>("read_invite_choices", {});
  const id = (name: string) => choices.access.resources.find((it) => it.name === name)!.id;
  const email = world.address("adam");
  await adminApi.invite(`Adam Small <${email}>`, {
    role: "admin",
    access: {
      locations: { chosen: [id("North Quay"), id("Old Harbour")] },
      pages: { chosen: [] },
      products: "all",
      lines: { chosen: [id("Billing")] },
      upload_button: true,
    },
  });
  const guest = world.raw();
  const who = person({ firstName: "Adam" });
  await guest.get(invitationLink(await world.sink.messageTo(email)));
  await guest.accept(who);
  const page = await visitor();
  await new Api(page.request, world.url).signIn(email, who.password);
  const [, picker] = await opened(page);
  await expect(picker.all("Recipients")).toHaveCount(0);
  await expect(picker.kind("Access")).toHaveCount(0);
  await picker.kind("Recipients").getByText("Choose locations").click();
  await picker.offers("Recipients", ["Old Harbour", "North Quay"]);
  await expect(picker.box("Recipients", "North Quay")).toBeChecked();
  await expect(picker.all("Products")).toBeChecked();
  await expect(picker.upload).not.toBeChecked();
  await expect(picker.blocking).toHaveCount(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
});

test("somebody is added with a chosen access", async ({ admin, adminApi, world }) => {
  const email = world.address("lee");
  await new Users(admin).open();
  const add = await new AddUser(admin).open();
  await add.field("E-mail").fill(email);
  await new AccessPicker(add.sheet).pick("Lines", ["Reception"]);
  await add.add.click();
  await expect(add.sheet).toBeHidden();
  await new User(admin).open((await adminApi.user(email)).id);
  await expect(admin.getByRole("region", { name: "Access" })).toContainText("Reception");
});
