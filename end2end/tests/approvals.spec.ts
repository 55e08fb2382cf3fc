import { Accept } from "../pages/accept.ts";
import { Approvals } from "../pages/approvals.ts";
import { Home } from "../pages/home.ts";
import { SignIn } from "../pages/sign-in.ts";
import { User } from "../pages/user.ts";
import { Users } from "../pages/users.ts";
import { Api } from "../support/api.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";

test.use({ installation: { name: "approvals" } });

test("who was invited by someone who lost the right waits, and is in or refused as the owner decides", async ({
  admin,
  adminApi,
  page,
  visitor,
  world,
}) => {
  const arne = await world.member(adminApi, "Arne", { role: "admin" });
  const his = await visitor();
  const hisApi = new Api(his.request, world.url);
  await hisApi.signIn(arne.email, arne.password);
  const [approved, refused] = [world.address("alma"), world.address("rolf")];
  const links = [await world.invited(hisApi, approved), await world.invited(hisApi, refused)] as const;
  await adminApi.giveRole(arne.email, "user");

  const alma = person({ firstName: "Alma" });
  const accept = await new Accept(page).follow(links[0]);
  await test.step("the invitee signs up and waits", async () => {
    await accept.fill(alma);
    await accept.create.click();
    await accept.isClosed("awaits");
    await expect(accept.alert).toHaveCount(0);
    await accept.follow(links[0]);
    await accept.isClosed("awaits");
    const signIn = await new SignIn(page).open();
    await signIn.with(approved, alma.password);
    await expect(signIn.alert).toContainText("approve");
  });
  const other = await new Accept(await visitor()).follow(links[1]);
  await other.fill(person({ firstName: "Rolf" }));
  await other.create.click();
  await other.isClosed("awaits");

  const approvals = new Approvals(admin);
  await test.step("the list says who waits, and leads to them", async () => {
    const users = await new Users(admin).open();
    await users.shows(approved, "Invited");
    await expect(users.row(approved).getByText("Waits for approval")).toBeVisible();
    await admin.getByRole("link", { name: "2 wait for approval" }).click();
    await approvals.arrives();
    await expect(approvals.waiting).toHaveCount(2);
    await expect(approvals.of(approved)).toContainText("may not invite people any more");
    await expect(approvals.of(approved)).toContainText("Arne");
  });

  await test.step("approved, the person is in with the chosen password", async () => {
    await approvals.approve(approved);
    const letter = await world.sink.messageTo(approved, 2);
    expect(letter.subject).toContain("You are in");
    const signIn = await new SignIn(page).open();
    await signIn.with(approved, alma.password);
    await new Home(page).welcomes("Alma");
  });

  await test.step("refused, the page says so and whom to ask", async () => {
    await approvals.refuse(refused);
    await approvals.isEmpty();
    await other.page.reload();
    await other.isClosed("refusedLater");
    await expect(other.page.getByRole("main")).toContainText("Olive Owner");
    await new Users(admin).open();
    await new Users(admin).shows(refused, "Not invited");
  });
});

test("someone who was deactivated is activated and sent to by one button", async ({ admin, adminApi, world }) => {
  const [first, second] = [world.address("dina"), world.address("dirk")];
  await world.invited(adminApi, first);
  await world.invited(adminApi, second);
  await adminApi.change("deactivate", [first, second]);
  const users = await new Users(admin).open();
  await users.act(first, "Activate and send");
  await users.shows(first, "Invited");
  await world.sink.messageTo(first, 2);

  const dialog = await users.invite();
  await dialog.addresses.fill(second);
  await dialog.dialog.getByText("Show who is left out").click();
  await dialog.dialog.getByRole("button", { name: `Activate and send to ${second}` }).click();
  await expect(dialog.dialog.getByText("already invited", { exact: true })).toBeVisible();
  await world.sink.messageTo(second, 2);
  await admin.keyboard.press("Escape");
  await users.shows(second, "Invited");
});

test("a user is deleted once the address is typed", async ({ admin, adminApi, world }) => {
  const gone = await world.member(adminApi, "Gunda");
  const also = world.address("gero");
  await adminApi.invite(also);
  const user = await new User(admin).open((await adminApi.user(gone.email)).id);
  await user.action("Delete").click();
  const question = admin.getByRole("dialog", { name: "Delete Gunda Lindqvist for good?" });
  const button = question.getByRole("button", { name: "Delete user" });
  const field = question.getByLabel(`Type ${gone.email} to confirm`);
  await expect(button).toBeDisabled();
  await field.fill(also);
  await expect(button).toBeDisabled();
  await field.fill(gone.email.toUpperCase());
  await button.click();
  const users = new Users(admin);
  await expect(users.heading).toBeVisible();
  await expect(users.console.toast.getByText(`${gone.email} was deleted`)).toBeVisible();
  await expect(users.row(also)).toBeVisible();
  await expect(users.row(gone.email)).toHaveCount(0);

  await users.act(also, "Delete");
  await admin.getByLabel(`Type ${also} to confirm`).fill(also);
  await admin.getByRole("button", { name: "Delete user" }).click();
  await expect(users.row(also)).toHaveCount(0);
  expect(await adminApi.usersLike("gero.w")).toEqual([]);
});
