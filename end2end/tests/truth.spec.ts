import { Accept } from "../pages/accept.ts";
import { User } from "../pages/user.ts";
import { Users } from "../pages/users.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { handOver, report } from "../support/report.ts";
import { invitationLink, refuse } from "../support/sink.ts";

test.use({ installation: { name: "truth", bounces: true } });

test("the timeline tells the story of one invitation from queue to acceptance", async ({ admin, adminApi, page, world }) => {
  const { sink, clock } = world;
  const email = world.address("ivan");
  sink.script(email, refuse(451, "4.7.1 Greylisted, come back in a minute", "recipient"));
  await adminApi.invite(`Ivan Petrov <${email}>`);
  await sink.attemptTo(email);
  const { id } = await adminApi.user(email);
  const user = await new User(admin).open(id);
  await expect(user.history.first()).toContainText("Delivery put off, next try at");
  await expect(user.history.first()).toContainText("451 4.7.1 Greylisted, come back in a minute");

  clock.advance({ minutes: 1, seconds: 5 });
  const link = invitationLink(await sink.messageTo(email));
  await expect(user.history.first()).toContainText("Delivered to the mail server");
  await adminApi.call("copy_invitation", { user: id });
  await expect(user.history.first()).toContainText("Link copied");
  await fetch(link, { redirect: "manual", headers: { "user-agent": "BarracudaCentral/2.0" } });
  await expect(user.history.first()).toContainText("what looks like a mail scanner");
  await expect(user.invitation).toContainText("has not been accepted yet");

  const accept = await new Accept(page).follow(link);
  await expect(user.history.first()).toContainText("Page opened by the link in the e-mail");
  await accept.fill(person({ firstName: "Ivan" }));
  await accept.create.click();
  await expect(page).toHaveURL(/\/home$/);

  await expect(user.history).toHaveText([
    /^Invitation accepted by the link in the e-mail/,
    /^Page opened by the link in the e-mail/,
    /^Link followed by what looks like a mail scanner.*It says nothing about the person/,
    /^Link copied.*by Olive Owner/,
    /^Delivered to the mail server.*250/,
    /^Delivery put off, next try at.*451 4\.7\.1 Greylisted, come back in a minute/,
    new RegExp(`^Invitation queued for ${email}.*by Olive Owner`),
    /^Added to the directory.*by Olive Owner/,
  ]);
  // Each with its time.
  expect(await user.history.evaluateAll((lines) => lines.every((line) => line.querySelector("time") !== null))).toBe(true);
});

test("a report of delivery turns the user to Error, until the address is tried again", async ({ admin, adminApi, world }) => {
  const email = world.address("gone");
  await adminApi.invite(email);
  const message = await world.sink.messageTo(email);
  expect(message.from, "an address of its own").toMatch(/^bounces\+[0-9a-f]{48}@usher\.example$/);
  expect(message.headers.get("from")).not.toContain("bounces");
  const users = await new Users(admin).open();
  await users.shows(email, "Invited");

  const { server } = world;
  expect(await handOver(server.bouncesPort, "bounces@usher.example", report(email, "5.1.1 x"))).toMatch(/^550 /);
  const came = await handOver(server.bouncesPort, message.from, report(email, "5.1.1 No such person in this house"));
  expect(came).toMatch(/^250 /);
  await users.shows(email, "Error");
  await expect(users.row(email)).toContainText("550 5.1.1 No such person in this house");

  // Nothing goes there by itself or by mistake.
  const dialog = await users.invite();
  await dialog.addresses.fill(email);
  await expect(dialog.dialog).toContainText("1 whose mail came back");
  await admin.keyboard.press("Escape");

  const { id } = await adminApi.user(email);
  const user = await new User(admin).open(id);
  await expect(user.invitation).toContainText("550 5.1.1 No such person in this house");
  await expect(user.invitation).toContainText("nothing is sent to it any more");
  await expect(user.action("Resend invitation")).toHaveCount(0);
  await expect(user.history.first()).toContainText("Came back as undeliverable");
  await user.action("Try this address again").click();
  await world.sink.messageTo(email, 2);
  await expect(user.invitation).toContainText("has not been accepted yet");
  await expect(user.action("Resend invitation")).toBeVisible();
  await expect(user.history).toHaveText([
    /^Delivered to the mail server/,
    /^Invitation queued/,
    /^Address may be tried again.*by Olive Owner/,
    /^Came back as undeliverable/,
    /^Delivered to the mail server/,
    /^Invitation queued/,
    /^Added/,
  ]);
});
