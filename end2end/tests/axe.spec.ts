import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Accept } from "../pages/accept.ts";
import { Approvals } from "../pages/approvals.ts";
import { Batch } from "../pages/batch.ts";
import { Home } from "../pages/home.ts";
import { Import } from "../pages/import.ts";
import { InviteDialog } from "../pages/invite-dialog.ts";
import { Organizations } from "../pages/operator.ts";
import { Sheet } from "../pages/sheet.ts";
import { SignIn } from "../pages/sign-in.ts";
import { AddUser, User } from "../pages/user.ts";
import { Users } from "../pages/users.ts";
import { Api } from "../support/api.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { organization } from "../support/server.ts";
import { refuse } from "../support/sink.ts";
import { settled } from "../support/settled.ts";

test.use({ installation: { name: "axe" } });

/** Each violation as one line: the rule, and the elements. */
async function violations(page: Page): Promise<string[]> {
  await settled(page);
  // What is shown in a frame takes no script, the examiner's either.
  const results = await new AxeBuilder({ page }).exclude("iframe").analyze();
  return results.violations.map(
    ({ id, help, nodes }) => `${id} (${help}): ${nodes.map((node) => `${node.target} ${node.html}`).join(" | ")}`,
  );
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`axe finds nothing in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: "reduce" } });

    test(`on the sign-in page, empty and refused, in ${colorScheme}`, async ({ page }) => {
      const signIn = await new SignIn(page).open();
      expect(await violations(page)).toEqual([]);
      await signIn.with("someone@acme.example", "not-the-right-password");
      await expect(signIn.alert).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test(`on the users with every kind of status, an open menu and the dialog, in ${colorScheme}`, async ({
      admin,
      adminApi,
      world,
    }) => {
      const [failed, waiting, invited, revoked] = ["failed", "waiting", "invited", "revoked"].map((name) =>
        world.address(name),
      ) as [string, string, string, string];
      world.sink.script(failed, refuse(550, "5.1.1 No such person"));
      world.sink.script(waiting, refuse(451, "4.7.1 Greylisted"));
      await adminApi.invite([failed, waiting]);
      await world.invited(adminApi, invited);
      await world.invited(adminApi, revoked);
      await adminApi.revoke(revoked);
      await world.member(adminApi, "Ada");

      const users = await new Users(admin).open();
      await users.shows(failed, "Error");
      await users.shows(waiting, "Waiting");
      await users.shows(invited, "Invited");
      await users.shows(revoked, "Not invited");
      expect(await violations(admin)).toEqual([]);

      await admin.getByRole("button", { name: `Actions for ${invited}`, exact: true }).click();
      expect(await violations(admin)).toEqual([]);
      await admin.keyboard.press("Escape");

      const dialog = await users.invite();
      expect(await violations(admin)).toEqual([]);
      await dialog.addresses.fill(`anna@clinic.example, ANNA@clinic.example, olga@clinic, ${invited}`);
      await dialog.sums(1, 1, 1);
      await expect(dialog.dialog.getByText("1 already invited").first()).toBeVisible();
      await dialog.expiresIn("Custom");
      expect(await violations(admin)).toEqual([]);
    });

    test(`on the operator's pages, in ${colorScheme}`, async ({ admin, world }) => {
      const organizations = await new Organizations(admin).open();
      expect(await violations(admin)).toEqual([]);
      const email = world.address("otto");
      const one = await organizations.create(`Otto's ${colorScheme}`, { name: "Otto", email });
      await one.add("Product", "Messaging");
      await one.turn("Messaging", "off");
      expect(await violations(admin)).toEqual([]);
      await one.suspend();
      expect(await violations(admin)).toEqual([]);
      await admin.goto("/operator/new");
      expect(await violations(admin)).toEqual([]);
    });

    test(`on the approvals, their questions and the page of who waits, in ${colorScheme}`, async ({
      admin,
      adminApi,
      page,
      visitor,
      world,
    }) => {
      const lena = await world.member(adminApi, "Lena", { role: "admin" });
      const hers = await visitor();
      const herApi = new Api(hers.request, world.url);
      await herApi.signIn(lena.email, lena.password);
      const waiting = world.address("waiting");
      const link = await world.invited(herApi, waiting);
      await adminApi.giveRole(lena.email, "user");
      const accept = await new Accept(page).follow(link);
      await accept.fill(person({ firstName: "Wanda" }));
      await accept.create.click();
      await accept.isClosed("awaits");
      expect(await violations(page)).toEqual([]);

      const approvals = await new Approvals(admin).open();
      await expect(approvals.waiting).toHaveCount(1);
      expect(await violations(admin)).toEqual([]);
      await approvals.of(waiting).getByRole("button", { name: /^Refuse/ }).click();
      await expect(admin.getByRole("dialog")).toBeVisible();
      expect(await violations(admin)).toEqual([]);
      await admin.keyboard.press("Escape");
      await approvals.approve(waiting);

      await new Users(admin).open();
      await admin.getByRole("button", { name: `Actions for ${waiting}`, exact: true }).click();
      await admin.getByRole("menuitem", { name: "Delete", exact: true }).click();
      await expect(admin.getByRole("dialog")).toBeVisible();
      expect(await violations(admin)).toEqual([]);
    });

    test(`on the page of a user and the sheet that adds one, in ${colorScheme}`, async ({ admin, adminApi, world }) => {
      const failed = world.address("failed");
      world.sink.script(failed, refuse(550, "5.1.1 No such person"));
      await adminApi.invite(failed);
      const user = await new User(admin).open((await adminApi.user(failed)).id);
      await expect(user.history.first()).toContainText("Delivery failed");
      expect(await violations(admin)).toEqual([]);
      await user.field("E-mail").fill(world.address("other"));
      await user.field("Phone").fill("12");
      await user.save.click();
      await expect(user.field("Phone")).toBeFocused();
      expect(await violations(admin)).toEqual([]);
      await user.field("Phone").fill("");
      await user.saves();
      await expect(admin.getByRole("status").getByRole("button", { name: "Send invitation" })).toBeVisible();
      expect(await violations(admin)).toEqual([]);

      await new Users(admin).open();
      const add = await new AddUser(admin).open();
      expect(await violations(admin)).toEqual([]);
      await add.add.click();
      await expect(add.field("E-mail")).toBeFocused();
      expect(await violations(admin)).toEqual([]);
    });

    test(`on a batch and the start page, in ${colorScheme}`, async ({ admin, adminApi, world }) => {
      const [sent, failed] = [world.address("sent"), world.address("failed")];
      world.sink.script(failed, refuse(550, "5.1.1 No such person"));
      const batch = await new Batch(admin).open(await adminApi.invite([sent, failed, sent, "olga@clinic"]));
      await expect.poll(() => batch.share()).toBe(1);
      expect(await violations(admin)).toEqual([]);
      await admin.goto("/home");
      await new Home(admin).welcomes("Olive");
      expect(await violations(admin)).toEqual([]);
    });

    test(`on an import, before and after, in ${colorScheme}`, async ({ admin, adminApi, world }) => {
      const table = await new Import(admin).open();
      expect(await violations(admin)).toEqual([]);
      const people = ["E-mail;Name;Phone", `${world.address("ida")};Ida;`, "ida@nowhere;Ida;12"].join("\n");
      await admin.goto(`/users/import/${await adminApi.upload("people.csv", people)}`);
      await table.arrives();
      await table.console.takenOver();
      expect(await violations(admin)).toEqual([]);
      await table.send.check();
      await table.button.click();
      await expect(admin.getByRole("dialog")).toBeVisible();
      expect(await violations(admin)).toEqual([]);
      await admin.keyboard.press("Escape");
      await table.send.uncheck();
      await table.button.click();
      await expect(admin.getByRole("status").getByText("imported").first()).toBeVisible();
      expect(await violations(admin)).toEqual([]);
    });

    test(`on the page of an invitation, open and refused and used, in ${colorScheme}`, async ({
      page,
      adminApi,
      world,
    }) => {
      const email = world.address("ines");
      const link = await world.invited(adminApi, email);
      const accept = await new Accept(page).follow(link);
      await accept.invitesTo(organization);
      expect(await violations(page)).toEqual([]);
      await accept.firstName.fill("Inès");
      await accept.password.fill("password1234");
      await accept.create.click();
      await expect(accept.alert).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await accept.password.fill("seven-purple-lanterns-31");
      await accept.create.click();
      await new Home(page).welcomes("Inès");
      await accept.follow(link);
      await accept.isClosed("used");
      expect(await violations(page)).toEqual([]);
    });

    test(`on declining, asking, the requests and a sheet, in ${colorScheme}`, async ({ admin, adminApi, page, world }) => {
      const [declines, asks] = [world.address("dea"), world.address("asa")];
      const accept = await new Accept(page).follow(await world.invited(adminApi, declines));
      await page.goto("/accept/decline");
      expect(await violations(page)).toEqual([]);
      await page.goto("/accept");
      await accept.decline();
      expect(await violations(page)).toEqual([]);

      const link = await world.invited(adminApi, asks);
      const users = await new Users(admin).open();
      await users.select(asks).check();
      await users.select(declines).check();
      const opening = admin.context().waitForEvent("page");
      await users.selection.getByRole("button", { name: "Print sheet" }).click();
      const sheet = await new Sheet(await opening).arrives();
      expect(await violations(sheet.page)).toEqual([]);
      await sheet.page.close();
      expect(await violations(admin)).toEqual([]);

      await adminApi.revoke(asks);
      await accept.follow(link);
      expect(await violations(page)).toEqual([]);
      await accept.askAdmins();
      expect(await violations(page)).toEqual([]);
      const approvals = await new Approvals(admin).open();
      await expect(approvals.requests).toHaveCount(1);
      expect(await violations(admin)).toEqual([]);
      await approvals.grants(asks);
      await admin.goto("/settings/invitations");
      expect(await violations(admin)).toEqual([]);
    });
  });
}

test("the dialog is worked with the keyboard alone: its controls in order, Escape closes it", async ({ admin }) => {
  const users = await new Users(admin).open();
  await users.inviteButton.focus();
  await admin.keyboard.press("Enter");
  const { dialog, addresses, send } = new InviteDialog(admin);
  await expect(addresses).toBeFocused();
  await admin.keyboard.type("anna@clinic.example");
  await expect(send).toBeEnabled();

  // Tab visits every control, never leaves the dialog for the page behind it, and reaches the button.
  const controls = [
    dialog.getByRole("combobox", { name: "Role" }),
    dialog.getByRole("combobox", { name: "Expires in" }),
    dialog.getByRole("combobox", { name: "Language" }),
    dialog.getByLabel("Message", { exact: true }),
    send,
  ];
  const isFocused = async () => {
    for (const [n, control] of controls.entries()) {
      if (await control.evaluate((element) => element === document.activeElement)) return n;
    }
    return -1;
  };
  const visited: number[] = [];
  for (let presses = 0; presses < 25 && visited.at(-1) !== controls.length - 1; presses++) {
    await admin.keyboard.press("Tab");
    const inside = await dialog.evaluate((element) => element.contains(document.activeElement));
    expect(inside, `the focus after ${presses + 1} presses of Tab`).toBe(true);
    const at = await isFocused();
    if (at >= 0) visited.push(at);
  }
  expect(visited).toEqual([0, 1, 2, 3, 4]);

  await admin.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(users.inviteButton).toBeFocused();
});
