import { Accept } from "../pages/accept.ts";
import { Home } from "../pages/home.ts";
import { Users } from "../pages/users.ts";
import { expect, owner, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { clipboard, grantClipboard } from "../support/paste.ts";
import { organization } from "../support/server.ts";
import { invitationLink } from "../support/sink.ts";

test.use({ installation: { name: "lifecycle" } });

test("resending makes the older link say that it was replaced, and the newer one works", async ({
  admin,
  adminApi,
  page,
  world,
}) => {
  const email = world.address("rita");
  const older = await world.invited(adminApi, email);
  const users = await new Users(admin).open();
  await users.shows(email, "Invited");
  await users.act(email, "Resend invitation");
  const newer = invitationLink(await world.sink.messageTo(email, 2));
  expect(newer).not.toBe(older);

  const accept = await new Accept(page).follow(older);
  await accept.isClosed("replaced");
  await accept.follow(newer);
  await accept.invitesTo(organization);
  await accept.fill(person({ firstName: "Rita" }));
  await accept.create.click();
  await new Home(page).welcomes("Rita");
});

test("a revoked invitation says so to whoever opens it, even with the form already open", async ({
  admin,
  adminApi,
  page,
  visitor,
  world,
}) => {
  const email = world.address("ralf");
  const link = await world.invited(adminApi, email);
  const early = await new Accept(page).follow(link);
  await early.fill(person({ firstName: "Ralf" }));

  const users = await new Users(admin).open();
  await users.revoke(email);
  await users.shows(email, "Not invited");

  await early.create.click();
  await early.isClosed("revoked");
  const late = await new Accept(await visitor()).follow(link);
  await late.isClosed("revoked");
  await expect(late.page.getByRole("button", { name: "Ask for a new one" })).toBeVisible();
});

test("a used link says so, and leads to the sign-in", async ({ page, adminApi, world }) => {
  const email = world.address("uma");
  const link = await world.invited(adminApi, email);
  const first = world.raw();
  await first.get(link);
  expect((await first.accept(person({ firstName: "Uma" }))).location).toMatch(/\/home$/);

  const accept = await new Accept(page).follow(link);
  await accept.isClosed("used");
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

test("a link that Usher never made says that it does not work", async ({ page, adminApi, world }) => {
  const link = await world.invited(adminApi, world.address("forged"));
  const last = link.at(-1) === "A" ? "B" : "A";
  const accept = await new Accept(page).follow(`${link.slice(0, -6)}${last.repeat(6)}`);
  await accept.isClosed("unknown");
});

test("Copy link puts the current link on the clipboard, and the mailed one goes on working", async ({
  admin,
  adminApi,
  page,
  visitor,
  world,
}) => {
  const email = world.address("carl");
  const mailed = await world.invited(adminApi, email);
  const users = await new Users(admin).open();
  await grantClipboard(admin);
  await users.act(email, "Copy link");
  await expect(users.console.toast.getByText("Link copied")).toBeVisible();
  const copied = await clipboard(admin);
  expect(copied).toMatch(new RegExp(`^${world.url}/invite/\\S+$`));
  expect(copied, "the channel is in the link").not.toBe(mailed);

  const byCopy = await new Accept(await visitor()).follow(copied);
  await byCopy.invitesTo(organization);
  const byMail = await new Accept(page).follow(mailed);
  await byMail.invitesTo(organization);
  await byMail.fill(person({ firstName: "Carl" }));
  await byMail.create.click();
  await new Home(page).welcomes("Carl");
  expect(await world.sink.messagesTo(email), "copying sends nothing").toHaveLength(1);

  await byCopy.follow(copied);
  await byCopy.isClosed("used");
});

test("Copy invitation gives a text with the link in the invitee's language", async ({
  admin,
  adminApi,
  page,
  world,
}) => {
  const email = world.address("polina");
  await world.invited(adminApi, email, { language: "ru" });
  const users = await new Users(admin).open();
  await grantClipboard(admin);
  await users.act(email, "Copy invitation");
  await expect(users.console.toast.getByText("Invitation copied")).toBeVisible();
  const text = await clipboard(admin);
  expect(text).toMatch(/приглаша/i);
  expect(text).toContain(organization);
  const links = text.match(/https?:\/\/\S+/g) ?? [];
  expect(links).toHaveLength(1);

  const accept = await new Accept(page).follow(links[0]!);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(organization);
  await expect(accept.page.locator("input#password")).toBeVisible();
});

test("an expired invitation offers a new one, which goes to the original address only", async ({
  admin,
  adminApi,
  page,
  world,
}) => {
  const email = world.address("erik");
  const older = await world.invited(adminApi, email, { hours: 24 });
  const accept = await new Accept(page).follow(older);
  await accept.invitesTo(organization);
  await accept.fill(person({ firstName: "Erik" }));

  world.clock.advance({ hours: 24, minutes: 1 });
  await accept.create.click();
  await accept.isClosed("expired");

  // The admin's session has ended in the meantime.
  await adminApi.signIn();
  const users = await new Users(admin).open("?status=expired");
  await users.shows(email, "Expired");

  const before = world.sink.recipients().length;
  await accept.follow(older);
  await accept.isClosed("expired");
  await accept.askForNewOne();
  const newer = invitationLink(await world.sink.messageTo(email, 2));
  expect(world.sink.recipients().slice(before)).toEqual([email]);
  await expect(users.row(email), "no longer among the expired").toHaveCount(0);

  await accept.follow(older);
  await accept.isClosed("replaced");
  await accept.follow(newer);
  await accept.fill(person({ firstName: "Erik" }));
  await accept.create.click();
  await new Home(page).welcomes("Erik");
});

test("somebody signed in as another sees both addresses, and goes on after Switch account", async ({
  admin,
  adminApi,
  world,
}) => {
  const email = world.address("greta");
  const link = await world.invited(adminApi, email);
  const accept = await new Accept(admin).follow(link);
  const main = admin.getByRole("main");
  await expect(main).toContainText(email);
  await expect(main).toContainText(owner.email);
  await expect(accept.create).toHaveCount(0);

  await admin.getByRole("button", { name: "Switch account" }).click();
  await accept.invitesTo(organization);
  await expect(accept.email).toHaveValue(email);
  await accept.fill(person({ firstName: "Greta" }));
  await accept.create.click();
  await new Home(admin).welcomes("Greta");
});

test("somebody without the right to manage users is kept away from the users", async ({ page, adminApi, world }) => {
  const member = await world.member(adminApi, "Mats");
  const answer = await page.request.post("/api/sign_in", {
    form: { email: member.email, password: member.password },
    headers: { origin: world.url, "sec-fetch-site": "same-origin", accept: "text/html" },
  });
  expect(answer.ok()).toBe(true);
  await page.goto("/users");
  await expect(page.getByRole("button", { name: "Invite users" })).toHaveCount(0);
  await expect(page.getByText(owner.email)).toHaveCount(0);
});
