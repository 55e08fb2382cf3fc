import { Accept } from "../pages/accept.ts";
import { Approvals } from "../pages/approvals.ts";
import { Home } from "../pages/home.ts";
import { InvitationSettings } from "../pages/organization.ts";
import { Sheet } from "../pages/sheet.ts";
import { SignIn } from "../pages/sign-in.ts";
import { User } from "../pages/user.ts";
import { Users } from "../pages/users.ts";
import { expect, of, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { organization } from "../support/server.ts";
import { invitationLink } from "../support/sink.ts";

test.use({ installation: { name: "invitee" } });

const passwordIn = (text: string): string => /Temporary password: (\S+)/.exec(text)?.[1] ?? "";

test("a temporary password leads from the mail over the sign-in page to a password of one's own", async ({
  admin,
  adminApi,
  page,
  world,
}) => {
  const settings = await new InvitationSettings(admin).open();
  await settings.signingUp.field("Username and temporary password").check();
  await settings.signingUp.saves();
  const email = world.address("tina");
  await adminApi.invite(email);
  const message = await world.sink.messageTo(email, 1);
  expect(message.text).toContain(email);
  expect(message.links).toEqual([`${world.url}/sign-in`]);
  const password = passwordIn(message.text);
  expect(password).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  expect(message.html).toContain(password);

  const tina = person({ firstName: "Tina" });
  await test.step("as it is typed from a phone", async () => {
    const signIn = await new SignIn(page).open();
    await signIn.with(email, password.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"));
    const accept = new Accept(page);
    await accept.invitesTo(organization);
    await expect(accept.email).toHaveValue(email);
    await accept.fill(tina);
    await accept.create.click();
    await new Home(page).welcomes("Tina");
  });

  await test.step("from then on only her own lets her in", async () => {
    await page.context().clearCookies();
    const signIn = await new SignIn(page).open();
    await signIn.with(email, password);
    await expect(signIn.alert).toBeVisible();
    await signIn.with(email, tina.password);
    await new Home(page).welcomes("Tina");
  });

  await test.step("five wrong ones end it, and the admin sees it", async () => {
    const other = world.address("theo");
    await adminApi.invite(other);
    const good = passwordIn((await world.sink.messageTo(other, 1)).text);
    await page.context().clearCookies();
    const signIn = await new SignIn(page).open();
    for (let wrong = 0; wrong < 5; wrong += 1) {
      await signIn.with(other, "1111-1111-1111");
      await expect(signIn.alert).toBeVisible();
    }
    await signIn.with(other, good);
    await expect(signIn.alert).toBeVisible();
    await expect(page.getByText("After 5 wrong tries")).toBeVisible();
    const user = await new User(admin).open((await adminApi.user(other)).id);
    await expect(user.invitation).toContainText("typed wrong 5 times");
    await user.action("Resend invitation").click();
    const anew = passwordIn((await world.sink.messageTo(other, 2)).text);
    await signIn.with(other, anew);
    await new Accept(page).invitesTo(organization);
  });

  await settings.open();
  await settings.signingUp.field("Link").check();
  await settings.signingUp.saves();
});

test("asking for a new one brings a message to the original address only, at once or once approved", async ({
  admin,
  adminApi,
  page,
  world,
}) => {
  const domain = "ask.example";
  const email = world.address("anke", domain);
  const first = await world.invited(adminApi, email, { hours: 1 });
  world.clock.advance({ hours: 2 });
  await adminApi.signIn();
  const accept = await new Accept(page).follow(first);
  await accept.isClosed("expired");
  await accept.askForNewOne();
  const second = invitationLink(await world.sink.messageTo(email, 2));
  expect(second).not.toBe(first);
  await accept.follow(first);
  await accept.isClosed("replaced");

  await test.step("where an admin approves", async () => {
    const settings = await new InvitationSettings(admin).open();
    await settings.signingUp.field("An admin approves").check();
    await settings.signingUp.saves();
    world.clock.advance({ hours: 2 });
    await adminApi.signIn();
    await accept.follow(second);
    await accept.isClosed("expired");
    await accept.askAdmins();
    await admin.goto("/users");
    await admin.getByRole("link", { name: "1 waits for approval" }).click();
    const approvals = await new Approvals(admin).arrives();
    await expect(approvals.requests).toHaveCount(1);
    await expect(approvals.requests.first()).toContainText("has expired");
    expect(await world.sink.messagesTo(email)).toHaveLength(2);
    await approvals.grants(email);
    const third = invitationLink(await world.sink.messageTo(email, 3));
    await accept.follow(third);
    await accept.invitesTo(organization);
    await approvals.isEmpty();
  });

  await test.step("refused, the page says so", async () => {
    await adminApi.revoke(email);
    await page.reload();
    await accept.isClosed("revoked");
    await accept.askAdmins();
    const approvals = await new Approvals(admin).open();
    await admin.getByRole("button", { name: `Refuse ${email}`, exact: true }).click();
    await approvals.isEmpty();
    await page.reload();
    await expect(page.getByRole("main")).toContainText("an admin has decided against it");
  });
  const all = world.sink.attempts.map((attempt) => attempt.recipient).filter(of(domain));
  expect(new Set(all)).toEqual(new Set([email]));
});

test("somebody declines, and the admin sees it", async ({ admin, adminApi, page, world }) => {
  const email = world.address("dora");
  const link = await world.invited(adminApi, email);
  const users = await new Users(admin).open();
  const accept = await new Accept(page).follow(link);
  await accept.decline();
  await accept.follow(link);
  await accept.isClosed("declined");

  await users.shows(email, "Not invited");
  await expect(users.row(email).getByText("Declined")).toBeVisible();
  const user = await new User(admin).open((await adminApi.user(email)).id);
  await expect(user.invitation).toContainText("has declined the invitation");
  await expect(user.history.first()).toContainText("Invitation declined by the person");
  await user.action("Send invitation").click();
  const anew = invitationLink(await world.sink.messageTo(email, 2));
  await expect(user.invitation).not.toContainText("declined");
  await accept.follow(anew);
  await accept.invitesTo(organization);
});

test("a sheet has a code for each standing invitation that leads where the link leads", async ({
  admin,
  adminApi,
  page,
  world,
}) => {
  const [one, two] = [world.address("paula"), world.address("piet")];
  await world.invited(adminApi, one);
  await world.invited(adminApi, two);
  const joined = await world.member(adminApi, "Petra");
  const users = await new Users(admin).open(`?size=200`);
  for (const email of [one, two, joined.email]) await users.select(email).check();
  const opening = admin.context().waitForEvent("page");
  await users.selection.getByRole("button", { name: "Print sheet" }).click();
  const sheet = await new Sheet(await opening).arrives();
  await expect(sheet.slips).toHaveCount(2);
  await expect(sheet.page.getByRole("main")).toContainText("Petra Lindqvist: Active");
  const link = await sheet.code(sheet.of(one));
  expect(link).toMatch(new RegExp(`^${world.url}/invite/`));
  await expect(sheet.of(one)).toContainText(link);
  const accept = await new Accept(page).follow(link);
  await expect(accept.email).toHaveValue(one);
  await sheet.page.close();

  await test.step("of one user, from the row and from the page", async () => {
    await users.open("?size=200");
    const again = admin.context().waitForEvent("page");
    await users.act(two, "Print sheet");
    const his = await new Sheet(await again).arrives();
    await expect(his.slips).toHaveCount(1);
    await accept.follow(await his.code(his.slips));
    await expect(accept.email).toHaveValue(two);
    await his.page.close();
    const user = await new User(admin).open((await adminApi.user(two)).id);
    const last = admin.context().waitForEvent("page");
    await user.action("Print sheet").click();
    await expect((await new Sheet(await last).arrives()).slips).toHaveCount(1);
    await admin.reload();
    await expect(user.history.filter({ hasText: "Printed on a sheet" })).toHaveCount(3);
  });
});
