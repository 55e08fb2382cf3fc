import { Accept } from "../pages/accept.ts";
import { Home } from "../pages/home.ts";
import { Organization, Organizations } from "../pages/operator.ts";
import { Users } from "../pages/users.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { organization as acme } from "../support/server.ts";
import { invitationLink } from "../support/sink.ts";

test.use({ installation: { name: "operator" } });

test("the operator creates an organization, outfits it, suspends and resumes it", async ({
  admin,
  page,
  watch,
  world,
}) => {
  // Its owner's page listens on while the organization is suspended.
  watch.expect(/answer 403: (GET|POST) .*\/(events|api\/\w+)$/);
  const email = world.address("nina", "nimbus.example");
  const organizations = await new Organizations(admin).open();
  const nimbus = await organizations.create("Nimbus Labs", { name: "Nina Berg", email });
  const users = new Users(page);

  await test.step("its owner is invited by nobody in particular, and joins", async () => {
    const message = await world.sink.messageTo(email, 1);
    expect(message.subject).toBe("You are invited to join Nimbus Labs");
    const accept = await new Accept(page).follow(invitationLink(message));
    await accept.invitesTo("Nimbus Labs");
    await expect(page.getByRole("main")).toContainText("You are invited to join Nimbus Labs.");
    await accept.fill(person({ firstName: "Nina" }));
    await accept.create.click();
    await new Home(page).welcomes("Nina");
  });

  await test.step("features, products and the verification method are on or off", async () => {
    await nimbus.scheduler.check();
    await nimbus.smsToo.check();
    await nimbus.save();
    await expect(nimbus.scheduler).toBeChecked();
    await expect(nimbus.smsToo).toBeChecked();
    await nimbus.scheduler.uncheck();
    await nimbus.save();
    await expect(nimbus.scheduler).not.toBeChecked();
    await nimbus.add("Product", "Messaging");
    await nimbus.turn("Messaging", "off");
    await nimbus.turn("Messaging", "on");
  });

  await test.step("its seats are few", async () => {
    await nimbus.seats.fill("2");
    await nimbus.save();
    await users.open();
    await expect(page.getByText("1 of 2 seats taken")).toBeVisible();
    const dialog = await users.invite();
    await dialog.addresses.fill("a@nimbus.example, b@nimbus.example, c@nimbus.example");
    await expect(dialog.dialog.getByText("2 over your seats")).toBeVisible();
    await dialog.send.click();
    await expect(page).toHaveURL(/\/batches\//);
    await expect(page.getByText("Skipped: no free seat")).toHaveCount(2);
  });

  await test.step("suspended, it says so to its owner, on the page that stands and on any other", async () => {
    await users.open();
    await nimbus.suspend();
    await expect(page.getByRole("heading", { level: 1, name: "Nimbus Labs is suspended" })).toBeVisible();
    await expect(users.table).toHaveCount(0);
    await page.goto("/home");
    await expect(page.getByRole("heading", { level: 1, name: "Nimbus Labs is suspended" })).toBeVisible();
    await organizations.open();
    await expect(organizations.row("Nimbus Labs")).toContainText("Suspended");
  });

  await test.step("resumed, it goes on", async () => {
    await organizations.go("Nimbus Labs");
    await nimbus.resume.click();
    await expect(nimbus.notice).toContainText("Saved.");
    await users.open();
    await users.shows(email, "Active");
  });
});

test("a person in two organizations goes from one to the other", async ({ admin, adminApi, page, watch, world }) => {
  watch.expect(/answer 403: (GET|POST) .*\/(events|api\/\w+)$/);
  const email = world.address("olga", "north.example");
  const organizations = await new Organizations(admin).open();
  await organizations.create("North Clinics", { name: "Olga North", email });
  const accept = await new Accept(page).follow(invitationLink(await world.sink.messageTo(email, 1)));
  await accept.fill(person({ firstName: "Olga" }));
  await accept.create.click();
  const home = new Home(page);
  await home.welcomes("Olga");
  const menu = page.getByRole("button", { name: /^Switch organization/ });
  await expect(menu).toHaveCount(0);

  await accept.follow(await world.invited(adminApi, email));
  await page.getByRole("button", { name: `Join ${acme}` }).click();
  await home.welcomes("Olga");
  await expect(menu).toContainText(acme);
  await expect(page.getByRole("main")).toContainText(`You are in ${acme}.`);

  await menu.click();
  await page.getByRole("button", { name: "North Clinics", exact: true }).click();
  const users = new Users(page);
  await expect(users.heading, "she manages the users there").toBeVisible();
  await expect(menu).toContainText("North Clinics");
  await users.listsOnly([email]);

  await test.step("a page that still shows the one before is loaded anew", async () => {
    const other = await page.context().newPage();
    await new Users(other).open();
    await menu.click();
    await page.getByRole("button", { name: acme, exact: true }).click();
    await home.welcomes("Olga");
    const menuThere = other.getByRole("button", { name: /^Switch organization/ });
    await expect(menuThere).toContainText(acme);
    await other.close();
    await menu.click();
    await page.getByRole("button", { name: "North Clinics", exact: true }).click();
    await expect(users.heading).toBeVisible();
  });

  await test.step("where one of them is suspended, the other one is offered", async () => {
    await organizations.open();
    const north = await organizations.go("North Clinics");
    await north.suspend();
    await expect(page.getByRole("heading", { level: 1, name: "North Clinics is suspended" })).toBeVisible();
    await page.getByRole("button", { name: `Open ${acme}` }).click();
    await home.welcomes("Olga");
    await menu.click();
    await expect(page.locator("#organization-menu")).toContainText("suspended");
  });
});

test("the operator's own organization is suspended by two yeses, and resumed from outside", async ({
  admin,
  watch,
}) => {
  watch.expect(/answer 403: (GET|POST) .*\/(events|api\/\w+)$/);
  const organizations = await new Organizations(admin).open();
  const own: Organization = await organizations.go(acme);
  await own.suspend(true);
  await admin.goto("/");
  await expect(organizations.heading).toBeVisible();
  await admin.goto("/users");
  await expect(admin.getByRole("heading", { level: 1, name: `${acme} is suspended` })).toBeVisible();
  await admin.getByRole("link", { name: "See all organizations" }).click();
  await organizations.go(acme);
  await own.resume.click();
  await expect(own.notice).toContainText("Saved.");
  await new Users(admin).open();
});
