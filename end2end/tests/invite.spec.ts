import { Accept } from "../pages/accept.ts";
import { Batch } from "../pages/batch.ts";
import { Home } from "../pages/home.ts";
import { Users } from "../pages/users.ts";
import { expect, of, owner, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { paste, spreadsheet } from "../support/paste.ts";
import { organization } from "../support/server.ts";
import { invitationLink } from "../support/sink.ts";

test.use({ installation: { name: "invite" } });

test("500 addresses pasted from a spreadsheet become one message each to exactly the right people", async ({
  admin,
  visitor,
  world,
}) => {
  const domain = "sheet.example";
  const sheet = spreadsheet(500, domain);
  const [first = "", second = "", ...left] = sheet.bad;
  const corrected = `petrov@${domain}`;
  const users = await new Users(admin).open();
  const batch = new Batch(admin);

  await test.step("the summary counts what was pasted, and names each address that is none", async () => {
    const dialog = await users.invite();
    await paste(dialog.addresses, sheet.text);
    await dialog.sums(488, 7, 5);
    for (const bad of sheet.bad) await expect(dialog.bad(bad)).toBeVisible();

    await dialog.correct(first, corrected);
    await dialog.sums(489, 7, 4);
    await dialog.remove(second);
    await dialog.sums(489, 7, 3);
    for (const bad of left) await expect(dialog.bad(bad)).toBeVisible();
    await dialog.send.click();
  });

  await test.step("the batch page follows the sending to its end", async () => {
    await batch.arrives();
    await batch.finishes(60_000);
    await batch.counts("Sent", 489);
    await batch.counts("Skipped", 10);
    await batch.counts("Waiting", 0);
  });

  await test.step("exactly the right people have got exactly one message", async () => {
    const right = [...sheet.people.keys(), corrected].sort();
    expect(right).toHaveLength(489);
    const messages = await world.sink.waitFor(489, of(domain));
    expect(messages.map((message) => message.to).sort()).toEqual(right);
    expect(new Set(messages.map(invitationLink)).size, "links").toBe(489);
    expect(new Set(messages.map((message) => message.messageId)).size, "Message-IDs").toBe(489);
    for (const message of messages) {
      expect(message.subject).toContain(organization);
      expect(message.html).toContain(`${world.url}/invite/`);
      expect(message.headers.get("auto-submitted")).toBe("auto-generated");
    }
  });

  await test.step("one of them accepts, and the admin's table shows Active without a reload", async () => {
    const [email, name] = [...sheet.people][100]!;
    await users.open(`?q=${encodeURIComponent(email)}`);
    await users.shows(email, "Invited");
    const drawn = await admin.evaluate(() => performance.timeOrigin);

    const invitee = await visitor();
    const link = invitationLink(await world.sink.messageTo(email));
    const accept = await new Accept(invitee).follow(link);
    await accept.invitesTo(organization);
    await expect(accept.email).toHaveValue(email);
    const known = [await accept.firstName.inputValue(), await accept.lastName.inputValue()];
    expect(known.join(" "), "the name that stood beside the address").toBe(name);
    await accept.fill(person({ firstName: "Jörg" }));
    await accept.create.click();
    await new Home(invitee).welcomes("Jörg");

    await users.shows(email, "Active");
    expect(await admin.evaluate(() => performance.timeOrigin), "the same document").toBe(drawn);
  });
});

test("the report tells apart who is already active, already invited or twice in the list", async ({
  admin,
  adminApi,
  world,
}) => {
  const invited = world.address("invited");
  const fresh = world.address("fresh");
  await world.invited(adminApi, invited);
  const users = await new Users(admin).open();

  const dialog = await users.invite();
  await dialog.addresses.fill(`${owner.email}; ${invited}, Frida Fresh <${fresh}>\n${fresh.toUpperCase()}`);
  await expect(dialog.dialog.getByText("1 already active").first()).toBeVisible();
  await expect(dialog.dialog.getByText("1 already invited").first()).toBeVisible();
  await dialog.sums(1, 1, 0);
  await dialog.send.click();

  const batch = await new Batch(admin).arrives();
  await batch.finishes();
  await expect(batch.row(owner.email)).toContainText("already active");
  await expect(batch.row(invited)).toContainText("already invited");
  await expect(batch.recipients).toContainText("twice in the list");
  await expect(batch.row(fresh)).toContainText("Frida Fresh");
  await expect(batch.row(fresh)).toContainText("Sent");
  await world.sink.messageTo(fresh);
  expect(await world.sink.messagesTo(invited)).toHaveLength(1);
  expect(await world.sink.messagesTo(owner.email)).toHaveLength(0);
});

test("a double click on Send invitations sends once", async ({ admin, adminApi, world }) => {
  const email = world.address("once");
  const users = await new Users(admin).open();
  const dialog = await users.invite();
  await dialog.addresses.fill(email);
  await dialog.sums(1, 0, 0);
  await dialog.send.dblclick();
  const batch = await new Batch(admin).arrives();
  await batch.finishes();

  // Whatever was queued before this has gone out when this has.
  await world.invited(adminApi, world.address("later"));
  expect(await world.sink.messagesTo(email)).toHaveLength(1);
  const batches = await adminApi.call<{ id: string }[]>("list_batches", {});
  const here = admin.url().split("/").at(-1);
  expect(batches.map((batch) => batch.id)).toContain(here);
  expect(await adminApi.usersLike(email)).toHaveLength(1);
});

test("the invitation is written in the chosen language, with the message and the chosen expiry", async ({
  admin,
  adminApi,
  world,
}) => {
  const email = world.address("mira");
  const users = await new Users(admin).open();
  const dialog = await users.invite();
  await dialog.addresses.fill(`Mira Petrova <${email}>`);
  await dialog.language("Русский");
  await dialog.expiresIn("24 hours");
  await dialog.dialog.getByLabel("Message", { exact: true }).fill("Ждём вас в понедельник!");
  await dialog.sums(1, 0, 0);
  await dialog.send.click();

  const message = await world.sink.messageTo(email);
  expect(message.subject).toMatch(/[а-я]/i);
  expect(message.subject).toContain(organization);
  expect(message.text).toContain("Ждём вас в понедельник!");
  expect(message.html).toContain("Ждём вас в понедельник!");
  expect(message.text).toContain(owner.name);
  const batch = await new Batch(admin).arrives();
  await batch.finishes();
  expect((await adminApi.user(email)).status).toBe("invited");

  await admin.goto("about:blank");
  world.clock.advance({ hours: 24, minutes: 1 });
  await adminApi.signIn();
  expect((await adminApi.user(email)).status).toBe("expired");
});

test("where there is nothing to choose and no feature is on, the dialog asks for no access", async ({ admin }) => {
  const { dialog } = await (await new Users(admin).open()).invite();
  await expect(dialog.getByRole("combobox", { name: "Role" })).toBeEnabled();
  await expect(dialog.getByRole("group")).toHaveCount(0);
  await expect(dialog.getByRole("checkbox")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Preview" }).click();
  const preview = admin.getByRole("dialog", { name: "Preview" });
  await expect(preview.frameLocator("iframe").getByText("Hello Anna,")).toBeVisible();
  await expect(preview.getByText("no locations, pages, products or lines yet")).toBeVisible();
});
