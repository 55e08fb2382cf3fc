import { AxeBuilder } from "@axe-core/playwright";
import { Delivery } from "../pages/delivery.ts";
import { Panel } from "../pages/organization.ts";
import { Users } from "../pages/users.ts";
import { expect, test } from "../support/fixtures.ts";
import { owner } from "../support/server.ts";
import { settled } from "../support/settled.ts";
import { invitationLink, refuse } from "../support/sink.ts";

test.use({ installation: { name: "operations" } });

const WEEK = 7 * 24;

test("before anything was sent, the page says what to do next", async ({ admin }) => {
  const delivery = await new Delivery(admin).open();
  await expect(admin.getByRole("heading", { name: "Nothing has been sent of late" })).toBeVisible();
  await settled(admin);
  expect((await new AxeBuilder({ page: admin }).analyze()).violations).toEqual([]);
  await expect(delivery.doctor.getByRole("button", { name: "Start the Doctor" })).toBeVisible();
});

test("a reminder arrives two days before the end, with the same link, and once", async ({ admin, adminApi, world }) => {
  const { sink, clock } = world;
  const [asked, joined] = [world.address("reminded"), world.address("joined")] as [string, string];
  const link = await world.invited(adminApi, asked, { hours: WEEK });
  await world.invited(adminApi, joined, { hours: WEEK });
  await adminApi.revoke(joined);

  clock.advance({ days: 5, minutes: 1 });
  const reminder = await sink.messageTo(asked, 2);
  expect(reminder.subject).toMatch(/^Your invitation to .* ends on /);
  expect(invitationLink(reminder)).toBe(link);

  clock.advance({ days: 1 });
  // What comes next has been sent when this has arrived.
  await world.invited(adminApi, world.address("after"));
  expect(await sink.messagesTo(asked)).toHaveLength(2);
  expect(await sink.messagesTo(joined)).toHaveLength(1);

  await admin.goto(link);
  await expect(admin).toHaveURL(/\/accept$/);
});

test("how many reminders there are is set with the invitations", async ({ admin }) => {
  await admin.goto("/settings/invitations");
  const panel = new Panel(admin, "Reminders");
  await expect(panel.field("How many")).toHaveValue("1");
  await expect(panel.field("How long before the end")).toHaveValue("48");
  await panel.field("How many").selectOption("2");
  await panel.field("How long before the end").selectOption("24");
  await panel.saves();
  await expect(panel.field("How many")).toHaveValue("2");
  await panel.field("How many").selectOption("1");
  await panel.field("How long before the end").selectOption("48");
  await panel.saves();
});

test("while sending is paused every message waits, and everybody who sends sees it", async ({
  admin,
  adminApi,
  world,
}) => {
  const { sink } = world;
  const delivery = await new Delivery(admin).open();
  await delivery.pause();
  const banner = admin.getByRole("status").filter({ hasText: "Sending is paused" }).last();
  await expect(banner).toBeVisible();
  await settled(admin);
  expect((await new AxeBuilder({ page: admin }).analyze()).violations).toEqual([]);

  const email = world.address("held");
  await adminApi.invite(email);
  await expect(delivery.figure("Waiting")).toHaveText("1");
  const users = await new Users(admin).open();
  await users.shows(email, "Waiting");
  await expect(admin.getByText("Sending is paused: invitations wait in the queue.")).toBeVisible();
  expect(await sink.messagesTo(email)).toHaveLength(0);

  await delivery.open();
  await delivery.resume();
  await sink.messageTo(email);
  await expect(delivery.figure("Waiting")).toHaveText("0");
  await expect(admin.getByText("Sending is paused: invitations wait in the queue.")).toBeHidden();
});

test("errors stand by their reason, with the way to whom they are about", async ({ admin, adminApi, world }) => {
  const emails = ["one", "two"].map((name) => world.address(name, "gone.example"));
  for (const email of emails) {
    world.sink.script(email, refuse(550, `5.1.1 <${email}>: user unknown`, "recipient"));
  }
  await adminApi.invite(emails);
  const delivery = await new Delivery(admin).open();
  const row = delivery.errors.getByRole("row").filter({ hasText: "user unknown" });
  await expect(row.getByRole("cell").nth(2)).toHaveText("2");
  await expect(row).toContainText("Given up");
  await row.getByRole("link", { name: "Show users" }).click();
  const users = new Users(admin);
  await expect(users.rows).toHaveCount(2);
  for (const email of emails) await users.shows(email, "Error");
});

test("the Doctor looks at the mail server and sends a test to who asks", async ({ admin, world }) => {
  const delivery = await new Delivery(admin).open();
  const before = (await world.sink.messagesTo(owner.email)).length;
  await delivery.doctor.getByRole("button", { name: "Start the Doctor" }).click();
  await expect(delivery.findings.first()).toBeVisible();
  await expect(delivery.finding("Mail server")).toContainText("In order");
  await expect(delivery.finding("Test message")).toContainText(owner.email);
  await expect(delivery.finding("Public address")).toContainText("only from this machine");
  await world.sink.messageTo(owner.email, before + 1);
  await settled(admin);
  expect((await new AxeBuilder({ page: admin }).analyze()).violations).toEqual([]);
});

test("all expired invitations are renewed at once", async ({ admin, adminApi, world }) => {
  const { sink, clock } = world;
  const emails = ["first", "second"].map((name) => world.address(name));
  for (const email of emails) await world.invited(adminApi, email, { hours: 24 });
  clock.advance({ days: 2 });
  const users = await new Users(admin).open("?status=expired&q=w");
  for (const email of emails) await users.shows(email, "Expired");
  await users.select(emails[0]!).click();
  await expect(users.selection.getByRole("button", { name: "Renew" })).toBeVisible();
  await users.select(emails[0]!).click();
  await admin.getByRole("button", { name: "Renew" }).click();
  const dialog = admin.getByRole("dialog", { name: "Renew expired invitations?" });
  await dialog.getByRole("button", { name: "Renew" }).click();
  await expect(admin).toHaveURL(/\/batches\//);
  for (const email of emails) await sink.messageTo(email, 2);
});
