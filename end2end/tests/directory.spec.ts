import { readFile } from "node:fs/promises";
import { type Filter, Users } from "../pages/users.ts";
import { expect, of, test } from "../support/fixtures.ts";
import { refuse } from "../support/sink.ts";

test.use({ installation: { name: "directory" } });

const statuses: Filter[] = [
  "All",
  "Not invited",
  "Waiting",
  "Invited",
  "Expired",
  "Error",
  "Active",
  "Deactivated",
  "Unconfirmed",
];

test("every status and column filters, alone and together, and the counts agree with the rows", async ({
  admin,
  adminApi,
  world,
}) => {
  const { sink, clock } = world;
  const at = (name: string) => `${name}@mixed.example`;
  await adminApi.invite(at("late"), { hours: 1 });
  await sink.messageTo(at("late"));
  clock.advance({ hours: 2 });
  await adminApi.signIn();
  sink.script(at("broken"), refuse(550, "5.1.1 No such person"));
  sink.script(at("slow"), refuse(451, "4.7.1 Greylisted"));
  await adminApi.invite(["Ann Lee", "Bob Ray", "Anna Li"].map((name, n) => `${name} <${at(`person${n}`)}>`));
  await adminApi.invite([at("broken"), at("slow"), at("revoked"), at("gone")]);
  await sink.messageTo(at("gone"));
  await sink.attemptTo(at("broken"));
  await sink.attemptTo(at("slow"));
  await adminApi.revoke(at("revoked"));
  await adminApi.change("deactivate", [at("gone")]);

  const users = await new Users(admin).open();
  await users.shows(at("broken"), "Error");
  await users.shows(at("slow"), "Waiting");
  for (const status of statuses) {
    await users.filter(status).click();
    await expect(users.filter(status)).toHaveAttribute("aria-current", "page");
    const count = await users.count(status);
    expect(count, status).toBeGreaterThan(0);
    await expect(users.rows, status).toHaveCount(count);
  }
  await users.filter("All").click();
  await users.filterBy("Name", "ann");
  await users.listsOnly([at("person2"), at("person0")]);
  await users.filterBy("Name", "");
  await users.filterBy("E-mail", "BROKEN");
  await users.listsOnly([at("broken")]);
  await users.filterBy("E-mail", "");
  await users.search("mixed");
  await users.filter("Invited").click();
  await users.listsOnly([at("person2"), at("person1"), at("person0")]);
  await users.sortBy("Name");
  await users.listsOnly([at("person0"), at("person2"), at("person1")]);
  await expect(admin).toHaveURL(/status=invited/);
  await expect(admin).toHaveURL(/sort=name/);

  // Nobody, said with a way on.
  await users.filterBy("Phone", "+7999");
  await expect(admin.getByRole("heading", { name: "Nobody matches these filters" })).toBeVisible();
  await admin.getByRole("link", { name: "Clear filters" }).click();
  await users.listsOnly([at("person0"), at("person2"), at("person1")]);
});

test("back and forward keep the list, and its address shows the same without JavaScript", async ({
  admin,
  adminApi,
  browser,
  baseURL,
}) => {
  const people = Array.from({ length: 60 }, (_, n) => `walker${String(n).padStart(2, "0")}@walk.example`);
  await adminApi.invite(people);
  const users = await new Users(admin).open("?q=@walk&sort=email&size=25");
  await users.listsOnly(people.slice(0, 25));
  await users.next.click();
  await users.listsOnly(people.slice(25, 50));
  await users.next.click();
  await users.listsOnly(people.slice(50));
  await expect(users.next).toHaveCount(0);
  await admin.goBack();
  await users.listsOnly(people.slice(25, 50));
  await admin.goBack();
  await users.listsOnly(people.slice(0, 25));
  await admin.goForward();
  await users.listsOnly(people.slice(25, 50));
  await users.previous.click();
  await users.listsOnly(people.slice(0, 25));
  await users.next.click();
  await users.listsOnly(people.slice(25, 50));

  const bare = await browser.newContext({
    baseURL,
    javaScriptEnabled: false,
    storageState: await admin.context().storageState(),
  });
  const page = await bare.newPage();
  await page.goto(admin.url());
  const plain = new Users(page);
  await plain.listsOnly(people.slice(25, 50));
  await page.getByRole("searchbox", { name: "Search users" }).fill("walker5");
  await page.getByRole("button", { name: "Apply" }).click();
  await plain.listsOnly(people.slice(50));
  await bare.close();
});

test("Select all that match reaches exactly those, over all pages", async ({ admin, adminApi, world }) => {
  const { sink } = world;
  const chosen = Array.from({ length: 60 }, (_, n) => `chosen${n}@choose.example`);
  const others = Array.from({ length: 5 }, (_, n) => `other${n}@choose.example`);
  await adminApi.invite([...chosen, ...others]);
  await sink.waitFor(65, of("choose.example"));

  const users = await new Users(admin).open("?q=chosen&size=25");
  await expect(users.rows).toHaveCount(25);
  await users.selectPage.check();
  await expect(users.selection).toContainText("25 selected");
  await users.selection.getByRole("button", { name: "Select all 60 that match" }).click();
  await expect(users.selection).toContainText("60 selected");
  await users.selection.getByRole("button", { name: "Send invitations" }).click();
  const question = admin.getByRole("dialog", { name: "Send invitations?" });
  await expect(question).toContainText("60 people will be sent an invitation");
  await question.getByRole("button", { name: "Send invitations" }).dblclick();
  await expect(admin).toHaveURL(/\/batches\//);
  await sink.waitFor(65 + 60, of("choose.example"));
  for (const email of chosen) expect(await sink.messagesTo(email), email).toHaveLength(2);
  for (const email of others) expect(await sink.messagesTo(email), email).toHaveLength(1);
});

test("a range is selected with Shift, and what was done to it is undone", async ({ admin, adminApi, world, page }) => {
  const { sink } = world;
  const people = Array.from({ length: 6 }, (_, n) => `range${n}@range.example`);
  await adminApi.invite(people);
  await sink.waitFor(6, of("range.example"));
  const link = (await sink.messageTo(people[2]!)).text!.match(/https?:\S+\/invite\/\S+/)![0];

  const users = await new Users(admin).open("?q=@range&sort=email");
  await users.select(people[1]!).click();
  await users.select(people[4]!).click({ modifiers: ["Shift"] });
  await expect(users.selection).toContainText("4 selected");
  await users.selection.getByRole("button", { name: "Revoke invitations" }).click();
  const question = admin.getByRole("dialog", { name: "Revoke these invitations?" });
  await expect(question).toContainText("4 invitations will be revoked");
  await question.getByRole("button", { name: "Revoke invitations" }).click();
  await users.shows(people[2]!, "Not invited");
  await users.shows(people[0]!, "Invited");
  await expect(users.selection).toHaveCount(0);
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This invitation was revoked" })).toBeVisible();

  await admin.getByRole("button", { name: "Undo" }).click();
  await users.shows(people[2]!, "Invited");
  await page.goto(link);
  await expect(page.getByRole("button", { name: "Create account" })).toBeVisible();
});

test("a deactivated person is signed out, and in again once activated", async ({
  admin,
  adminApi,
  visitor,
  watch,
  world,
}) => {
  // Their page may ask for news once more.
  watch.expect(/answer 401: GET .*\/events/);
  const mia = await world.member(adminApi, "Mia");
  const theirs = await visitor();
  await theirs.goto("/sign-in");
  await theirs.getByLabel("E-mail").fill(mia.email);
  await theirs.getByLabel("Password", { exact: true }).fill(mia.password);
  await theirs.keyboard.press("Enter");
  await expect(theirs).toHaveURL(/home/);

  const users = await new Users(admin).open(`?q=${mia.email}`);
  await users.act(mia.email, "Deactivate");
  await admin.getByRole("dialog", { name: "Deactivate this user?" }).getByRole("button", { name: "Deactivate" }).click();
  await users.shows(mia.email, "Deactivated");
  await theirs.goto("/home");
  await expect(theirs).toHaveURL(/sign-in/);

  await users.act(mia.email, "Activate");
  await users.shows(mia.email, "Active");
  await theirs.getByLabel("E-mail").fill(mia.email);
  await theirs.getByLabel("Password", { exact: true }).fill(mia.password);
  await theirs.keyboard.press("Enter");
  await expect(theirs).toHaveURL(/home/);
});

test("the export holds the filtered users, with harmless formulas", async ({ admin, adminApi }) => {
  await adminApi.invite(['"=1+1" <formula@export.example>', "Eva Plain <plain@export.example>"]);
  const users = await new Users(admin).open("?q=@export&sort=email");
  await users.selectPage.check();
  const download = admin.waitForEvent("download");
  await users.selection.getByRole("button", { name: "Export" }).click();
  const text = await readFile(await (await download).path(), "utf8");
  const lines = text.trim().split("\n");
  expect(lines[0]).toContain("email,first_name,last_name");
  expect(lines[1]).toMatch(/^formula@export\.example,'=1\+1,/);
  expect(lines[2]).toMatch(/^plain@export\.example,Eva,Plain,/);
  expect(lines).toHaveLength(3);
});

test("columns can be hidden, and stay so", async ({ admin }) => {
  const users = await new Users(admin).open();
  await admin.locator("summary", { hasText: "Columns" }).click();
  await admin.getByRole("checkbox", { name: "Phone" }).uncheck();
  await expect(users.columnHeading("Phone")).toBeHidden();
  await users.open();
  await expect(users.columnHeading("Phone")).toBeHidden();
  await expect(users.columnHeading("Role")).toBeVisible();
});

test("a change in one tab shows in the other, also after the server was away", async ({
  admin,
  adminApi,
  watch,
  world,
}) => {
  // The page may be asking for something when the server goes.
  watch.expect(/\/(events|api\/\w+): net::|console error: Failed to load resource: net::ERR_(INCOMPLETE_CHUNKED|CONNECTION)/);
  const { sink, server } = world;
  const email = world.address("tabs");
  await adminApi.invite(email);
  await sink.messageTo(email);
  const users = await new Users(admin).open();
  await users.shows(email, "Invited");
  await adminApi.revoke(email);
  await users.shows(email, "Not invited");

  await server.crash();
  await server.start();
  await adminApi.invite(email);
  await users.shows(email, "Invited");
});

test("the list is worked by keyboard alone", async ({ admin, adminApi }) => {
  const people = Array.from({ length: 3 }, (_, n) => `key${n}@keys.example`);
  await adminApi.invite(people);
  const users = await new Users(admin).open("?sort=email");
  await admin.keyboard.press("/");
  await expect(admin.getByRole("searchbox", { name: "Search users" })).toBeFocused();
  await admin.keyboard.type("@keys");
  await users.listsOnly(people);
  await admin.locator("body").click({ position: { x: 700, y: 2 } });
  await admin.keyboard.press("j");
  await expect(users.select(people[0]!)).toBeFocused();
  await admin.keyboard.press("j");
  await admin.keyboard.press("x");
  await expect(users.select(people[1]!)).toBeChecked();
  await admin.keyboard.press("k");
  await expect(users.select(people[0]!)).toBeFocused();
  await admin.keyboard.press("?");
  await expect(admin.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await admin.keyboard.press("Escape");
  await admin.keyboard.press("i");
  await expect(admin.getByRole("dialog", { name: "Invite users" })).toBeVisible();
});

test("Ctrl+K goes to a page, to a person, to the dialog", async ({ admin, adminApi }) => {
  await adminApi.invite("Pia Palette <pia@palette.example>");
  await new Users(admin).open("?q=nobody-at-all");
  const field = admin.getByRole("combobox", { name: "Go to…" });
  await admin.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await admin.keyboard.type("pia pal");
  await admin.getByRole("option", { name: /Pia Palette/ }).waitFor();
  await admin.keyboard.press("Enter");
  await expect(admin.getByRole("heading", { level: 1, name: "Pia Palette" })).toBeVisible();
  await admin.keyboard.press("Control+k");
  await admin.keyboard.type("batch");
  await admin.keyboard.press("Enter");
  await expect(admin).toHaveURL(/batches/);
  await admin.keyboard.press("Control+k");
  await admin.keyboard.type("invite");
  await admin.keyboard.press("Enter");
  await expect(admin.getByRole("dialog", { name: "Invite users" })).toBeVisible();
});
