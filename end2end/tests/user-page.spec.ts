import { Accept } from "../pages/accept.ts";
import { AddUser, User } from "../pages/user.ts";
import { Users } from "../pages/users.ts";
import { expect, test } from "../support/fixtures.ts";
import { invitationLink, refuse } from "../support/sink.ts";

test.use({ installation: { name: "user-page" } });

const nobody = "00000000-0000-7000-8000-000000000001";

test("a user is opened from the list and their details are changed", async ({ admin, adminApi, world }) => {
  const email = world.address("ivan");
  await adminApi.invite(`Ivan Petrov <${email}>`);
  await world.sink.messageTo(email);
  const users = await new Users(admin).open();
  await users.row(email).getByRole("link", { name: "Ivan Petrov" }).click();
  const user = await new User(admin).arrives();
  await expect(user.heading).toHaveText("Ivan Petrov");
  await expect(admin).toHaveTitle("Ivan Petrov · Usher");
  await expect(user.save).toBeDisabled();
  await expect(user.field("E-mail")).toHaveValue(email);
  await expect(user.history).toHaveText([/Delivered to the mail server/, new RegExp(`queued for ${email}`), /Added/]);

  await user.field("Phone").fill("12");
  await user.field("Job title").fill("Head nurse");
  await user.save.click();
  await expect(user.field("Phone")).toBeFocused();
  await expect(user.field("Phone")).toHaveAttribute("aria-invalid", "true");
  await expect(user.details.getByText("12 has no country code; write it in front, as in 12025550143 or +1 202 555 0143.")).toBeVisible();
  await expect(user.field("Job title")).toHaveValue("Head nurse");
  await user.field("Phone").fill("+1 202 555 0143");
  await user.field("Last name").fill("Petroff");
  await user.field("Role").selectOption("Admin");
  await user.field("Last name").press("Enter");
  await expect(admin.getByText("Changes saved")).toBeVisible();
  await expect(user.heading).toHaveText("Ivan Petroff");
  await expect(user.field("Phone")).toHaveValue("+12025550143");
  await expect(user.save).toBeDisabled();
  await expect(user.history.first()).toContainText("Details changed: Last name, Phone, Job title, Role");
  await expect(user.history.first()).toContainText("by Olive Owner");

  // Back as it was.
  await user.field("Last name").fill("x");
  await expect(user.save).toBeEnabled();
  await user.field("Last name").fill("Petroff");
  await expect(user.save).toBeDisabled();
  await user.back.click();
  await expect(users.row(email)).toContainText("Ivan Petroff");
  await users.act(email, "Edit");
  await user.arrives();
});

test("another address ends the old link, and the new one is invited from the offer", async ({
  admin,
  adminApi,
  page,
  watch,
  world,
}) => {
  watch.expect(/answer 422: POST .*\/api\/edit_user/);
  const [old, fresh, taken] = ["old", "fresh", "taken"].map((name) => world.address(name)) as [string, string, string];
  await adminApi.invite(taken);
  const link = await world.invited(adminApi, old);
  const user = await new User(admin).open((await adminApi.user(old)).id);
  await user.field("E-mail").fill(taken.toUpperCase());
  await expect(user.details.getByText(`Saving ends the link in the mail to ${old}`)).toBeVisible();
  await user.save.click();
  await expect(user.details.getByText("has this e-mail already")).toBeVisible();
  await expect(user.field("E-mail")).toBeFocused();
  await expect(user.field("E-mail")).toHaveValue(taken.toUpperCase());

  await user.field("E-mail").fill(fresh);
  await user.saves();
  await expect(user.heading).toHaveText(fresh);
  await expect(user.invitation).toContainText("No invitation stands");
  await new Accept(page).follow(link);
  await new Accept(page).isClosed("revoked");

  await admin.getByRole("status").getByRole("button", { name: "Send invitation" }).click();
  await expect(user.invitation).toContainText("has not been accepted yet");
  const renewed = invitationLink(await world.sink.messageTo(fresh));
  await new Accept(page).follow(renewed);
  await expect(new Accept(page).email).toHaveValue(fresh);
  await expect(admin.getByText(`Nothing has been sent to ${fresh}`)).toHaveCount(0);
});

test("the invitation is worked from the page, and the history tells it", async ({ admin, adminApi, world }) => {
  const email = world.address("story");
  world.sink.script(email, refuse(550, "5.1.1 No such person"));
  await adminApi.invite(email);
  const user = await new User(admin).open((await adminApi.user(email)).id);
  await expect(user.invitation).toContainText("could not be delivered");
  await expect(user.invitation).toContainText("5.1.1 No such person");
  await user.action("Resend invitation").click();
  await expect(user.invitation).toContainText("has not been accepted yet");
  await user.action("Revoke invitation").click();
  const question = admin.getByRole("dialog", { name: "Revoke the invitation?" });
  await question.getByRole("button", { name: "Revoke invitation" }).click();
  await expect(user.invitation).toContainText("No invitation stands");
  await admin.getByRole("button", { name: "Undo" }).click();
  await expect(user.invitation).toContainText("has not been accepted yet");
  await expect(user.history).toHaveText([
    /Revoking was undone/,
    /Invitation revoked/,
    /Delivered/,
    /Invitation queued/,
    /Delivery failed.*No such person/,
    /Invitation queued/,
    /Added/,
  ]);
});

test("what others change is seen, and nothing that is typed is lost", async ({ admin, adminApi, visitor, world }) => {
  const email = world.address("both");
  await adminApi.invite(`Bo Both <${email}>`);
  const { id } = await adminApi.user(email);
  const user = await new User(admin).open(id);
  const other = await visitor();
  await other.context().addCookies(await admin.context().cookies());
  const second = await new User(other).open(id);

  await user.field("Job title").fill("Nurse");
  await second.field("Phone").fill("+12025550143");
  await second.field("Job title").fill("Doctor");
  await second.saves();
  await expect(user.field("Phone")).toHaveValue("+12025550143");
  await expect(user.field("Job title")).toHaveValue("Nurse");
  await expect(user.details.getByText("changed this meanwhile to “Doctor”")).toBeVisible();
  await user.saves();
  await expect(second.field("Job title")).toHaveValue("Nurse");
});

test("whoever has joined keeps the address they sign in with", async ({ admin, adminApi, world }) => {
  const mia = await world.member(adminApi, "Mia");
  const user = await new User(admin).open((await adminApi.user(mia.email)).id);
  await expect(user.field("E-mail")).not.toBeEditable();
  await expect(user.details.getByText("The person signs in with this address")).toBeVisible();
  await expect(user.history.first()).toContainText("Invitation accepted");
  await user.field("First name").fill("Maria");
  await user.saves();
});

test("somebody is added, found and opened", async ({ admin, adminApi, watch, world }) => {
  watch.expect(/answer 422: POST .*\/api\/add_user/);
  const [email, taken] = [world.address("added"), world.address("there")];
  await adminApi.invite(taken);
  const users = await new Users(admin).open();
  const add = await new AddUser(admin).open();
  const { sheet } = add;
  await admin.keyboard.type("Nina");
  await admin.keyboard.press("Enter");
  await expect(add.field("E-mail")).toBeFocused();
  await expect(sheet.getByText("Enter an e-mail address or a phone number")).toBeVisible();
  await add.field("E-mail").fill(taken);
  await admin.keyboard.press("Enter");
  await expect(sheet.getByText("has this e-mail already")).toBeVisible();
  await admin.keyboard.press("Escape");
  await expect(sheet).toBeHidden();

  // Closing has lost nothing.
  await add.open();
  await expect(add.field("First name")).toHaveValue("Nina");
  await add.field("E-mail").fill(email);
  await add.field("Phone").fill("+1 202 555 0199");
  await admin.keyboard.press("Enter");
  await expect(sheet).toBeHidden();
  await users.shows(email, "Not invited");
  await expect(admin.getByText("Nina was added")).toBeVisible();
  await admin.getByRole("button", { name: "Open", exact: true }).click();
  const user = await new User(admin).arrives();
  await expect(user.heading).toHaveText("Nina");
  await user.action("Send invitation").click();
  await world.sink.messageTo(email);
});

test("the keyboard and the palette lead to a user, and to adding one", async ({ admin, adminApi }) => {
  await adminApi.invite("Kay Keys <kay@userkeys.example>");
  const users = await new Users(admin).open("?q=@userkeys");
  await users.listsOnly(["kay@userkeys.example"]);
  for (const key of ["o", "Enter"]) {
    await users.open("?q=@userkeys");
    await admin.keyboard.press("j");
    await expect(users.select("kay@userkeys.example")).toBeFocused();
    await admin.keyboard.press(key);
    await new User(admin).arrives();
    await expect(admin.getByRole("heading", { level: 1 })).toHaveText("Kay Keys");
  }
  await admin.keyboard.press("Control+k");
  await admin.keyboard.type("add user");
  await admin.keyboard.press("Enter");
  await expect(new AddUser(admin).sheet).toBeVisible();
});

test("a user who is not there is said to be not there", async ({ admin, watch }) => {
  watch.expect(/answer 404: POST .*\/api\/read_user/);
  for (const id of [nobody, "nonsense"]) {
    await admin.goto(`/users/${id}`);
    await expect(admin.getByRole("heading", { name: "This user is not here" })).toBeVisible();
    await expect(new User(admin).back).toBeVisible();
  }
  await new User(admin).back.click();
  await expect(new Users(admin).heading).toBeVisible();
});

test("the page is read without JavaScript", async ({ admin, adminApi, browser, baseURL, world }) => {
  const email = world.address("plain");
  await adminApi.invite(`Paul Plain <${email}>`);
  await world.sink.messageTo(email);
  const bare = await browser.newContext({
    baseURL,
    javaScriptEnabled: false,
    storageState: await admin.context().storageState(),
  });
  const page = await bare.newPage();
  await page.goto(`/users?q=${email}`);
  await page.getByRole("link", { name: email }).click();
  const user = new User(page);
  await expect(user.heading).toHaveText("Paul Plain");
  await expect(user.field("E-mail")).toHaveValue(email);
  await expect(user.invitation).toContainText("has not been accepted yet");
  await expect(user.history.first()).toContainText("Delivered");
  await bare.close();
});
