import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import { Audit } from "../pages/audit.ts";
import { User } from "../pages/user.ts";
import { expect, test } from "../support/fixtures.ts";

test.use({ installation: { name: "audit" } });

test("what was done is told in order, with who and from where, before and after", async ({ admin, adminApi, world }) => {
  const email = world.address("ivan");
  await adminApi.invite(`Ivan Petrov <${email}>`);
  const { id } = await adminApi.user(email);
  const user = await new User(admin).open(id);
  await user.field("Phone").fill("+1 202 555 0143");
  await user.saves();
  await adminApi.change("deactivate", [email]);

  const audit = await new Audit(admin).open();
  await audit.console.takenOver();
  const here = admin.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Audit log" });
  await expect(here).toHaveAttribute("aria-current", "page");
  await expect(admin).toHaveTitle("Audit log · Usher");
  const newest = audit.events.nth(0);
  await expect(newest).toContainText("Deactivated: Ivan Petrov");
  await expect(newest).toContainText("Olive Owner");
  await expect(newest).toContainText("just now");
  await expect(newest).toContainText("from 127.0.0.1");
  await expect(await audit.details(newest)).toHaveText([/Waiting|Invited.*→.*Deactivated/]);
  const edited = audit.events.nth(1);
  await expect(edited).toContainText("Details changed: Ivan Petrov");
  await expect((await audit.details(edited)).first()).toHaveText(/empty.*→.*\+12025550143/);
  await expect(audit.events.nth(2)).toContainText("Invitations sent: 1 person");
  await expect(audit.events.last()).toContainText("Organization created: Olive Owner");
  await expect(audit.events.last()).toContainText("Command line");

  // What happens meanwhile comes in, and what was folded out stays.
  await adminApi.change("activate", [email]);
  await expect(audit.events.nth(0)).toContainText("Activated: Ivan Petrov");
  await expect(audit.events.nth(2).getByRole("definition").first()).toBeVisible();

  await audit.events.nth(3).getByRole("link", { name: "1 person" }).click();
  await expect(admin.getByRole("heading", { level: 1 })).toHaveText("Invitations sent");
});

test("filters are in the address, and one person is chosen of several", async ({ admin, adminApi, world }) => {
  const [one, other] = [world.address("anna"), world.address("anna")];
  await adminApi.invite(`Anna Filterman <${one}>\nAnna Filterson <${other}>`);
  await adminApi.revoke(one);
  const audit = await new Audit(admin).open();
  await audit.console.takenOver();
  await audit.filter("Done to").fill("anna filter");
  await audit.show.click();
  await expect(admin.getByRole("heading", { name: "Several people match “anna filter”" })).toBeVisible();
  await admin.getByRole("link", { name: "Anna Filterman" }).click();
  await expect(audit.events).toHaveText([/Invitations revoked: Anna Filterman/]);
  await expect(admin).toHaveURL(/about=[0-9a-f-]{36}/);
  await expect(audit.filter("Done to")).toHaveValue(one);

  await audit.filter("What").selectOption("Details changed");
  await audit.filter("Done to").press("Enter");
  await expect(admin.getByRole("heading", { name: "Nothing matches these filters" })).toBeVisible();
  await expect(admin).toHaveURL(/action=user_edited/);
  await audit.clear.click();
  await expect(audit.filter("Done to")).toHaveValue("");
  await expect(audit.filter("What")).toHaveValue("");
  await expect(audit.events.first()).toContainText("Invitations revoked");

  await audit.filter("Done by").fill("no such person");
  await audit.filter("Done by").press("Enter");
  await expect(admin.getByRole("heading", { name: "Nobody matches “no such person”" })).toBeVisible();
  await audit.open("?to=2020-01-01");
  await expect(admin.getByRole("heading", { name: "Nothing matches these filters" })).toBeVisible();
});

test("a user's page leads to all that was done to them", async ({ admin, adminApi, world }) => {
  const mia = await world.member(adminApi, "Mia");
  const { id } = await adminApi.user(mia.email);
  await new User(admin).open(id);
  await admin.getByRole("link", { name: "All of it in the audit log" }).click();
  const audit = new Audit(admin);
  await expect(audit.events).toHaveText([/Invitation accepted: Mia Lindqvist/]);
  await audit.events.first().getByRole("link", { name: "Mia Lindqvist" }).click();
  await new User(admin).arrives();
});

test("what the filters leave is a file", async ({ admin, adminApi, world }) => {
  const email = world.address("file");
  await adminApi.invite(`"=cmd()" <${email}>`);
  await adminApi.revoke(email);
  const audit = await new Audit(admin).open(`?about=${email}`);
  await audit.console.takenOver();
  const [download] = await Promise.all([admin.waitForEvent("download"), audit.export.click()]);
  expect(download.suggestedFilename()).toBe("audit-log.csv");
  const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`Olive Owner,olive@acme.example,user,invitations_revoked,'=cmd(),${email},127.0.0.1,`);
});

test("the log is read and filtered without JavaScript", async ({ admin, adminApi, browser, baseURL, world }) => {
  const email = world.address("plain");
  await adminApi.invite(email);
  await adminApi.revoke(email);
  const bare = await browser.newContext({
    baseURL,
    javaScriptEnabled: false,
    storageState: await admin.context().storageState(),
  });
  const audit = await new Audit(await bare.newPage()).open();
  await audit.filter("Done to").fill(email);
  await audit.show.click();
  await expect(audit.events).toHaveText([new RegExp(`Invitations revoked: ${email}`)]);
  await bare.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`axe finds nothing in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test(`on the audit log, with events and without, in ${colorScheme}`, async ({ admin, adminApi, world }) => {
      const email = world.address("axe");
      await adminApi.invite([email, world.address("axe")]);
      await adminApi.revoke(email);
      const violations = async () => (await new AxeBuilder({ page: admin }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
      const audit = await new Audit(admin).open();
      await audit.console.takenOver();
      await audit.details(audit.events.first());
      expect(await violations()).toEqual([]);
      await audit.open("?about=axe");
      await expect(admin.getByRole("heading", { name: "Several people match" })).toBeVisible();
      expect(await violations()).toEqual([]);
      await audit.open("?by=nobody-at-all");
      await expect(admin.getByRole("heading", { name: "Nobody matches" })).toBeVisible();
      expect(await violations()).toEqual([]);
    });
  });
}
