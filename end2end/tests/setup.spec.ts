import { Accept } from "../pages/accept.ts";
import { Home } from "../pages/home.ts";
import { Mailbox } from "../pages/mailbox.ts";
import { Setup } from "../pages/setup.ts";
import { SignIn } from "../pages/sign-in.ts";
import { Users } from "../pages/users.ts";
import { Batch } from "../pages/batch.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";

test.use({ installation: { name: "setup", setUp: false, mail: "mailbox" } });

test("a fresh installation is set up in the browser, and its first invitation is read in the mailbox and accepted", async ({
  page,
  visitor,
  world,
}) => {
  const setup = new Setup(page);
  const users = new Users(page);
  const ada = { name: "Ada Admin", email: "ada@north.example", password: "quiet-harbour-sixty-kites" };
  const [, code = ""] = await world.server.line(/Setup code: (\w{4}-\w{4})/);

  await test.step("the first visit leads to the set-up", async () => {
    await page.goto("/");
    await expect(page).toHaveURL(/\/setup$/);
    await expect(setup.heading).toBeVisible();
  });

  await test.step("a wrong code is refused, and what was typed stays", async () => {
    const wrong = [...code].reverse().join("") === code ? "0000-0000" : [...code].reverse().join("");
    await setup.code.fill(wrong);
    await setup.organization.fill("North Clinics");
    await setup.name.fill(ada.name);
    await setup.email.fill(ada.email);
    await setup.password.fill(ada.password);
    await setup.create();
    await expect(setup.alert).toContainText("The setup code is not right");
    await setup.shows("North Clinics", ada.name, ada.email);
    await expect(setup.password).toHaveValue("");
  });

  await test.step("the right code makes the organization and signs its owner in", async () => {
    await setup.code.fill(code);
    await setup.password.fill(ada.password);
    await setup.create();
    await expect(users.heading).toBeVisible();
    await expect(page).toHaveURL(/\/users$/);
    await users.console.takenOver();
    await users.shows(ada.email, "Active");
  });

  await test.step("nobody can set up a second time", async () => {
    const late = await visitor();
    await late.goto("/setup");
    await expect(late.getByRole("heading", { level: 1, name: "Usher is set up already" })).toBeVisible();
    await late.goto("/");
    await expect(new SignIn(late).heading).toBeVisible();
  });

  const bo = "bo@north.example";
  await test.step("one person is invited", async () => {
    const dialog = await users.invite();
    await dialog.addresses.fill(bo);
    await dialog.sums(1, 0, 0);
    await dialog.send.click();
    const batch = await new Batch(page).arrives();
    await batch.finishes();
    await users.open();
    await users.shows(bo, "Invited");
  });

  await test.step("the message stands in the mailbox, and its link is followed and accepted", async () => {
    const mailbox = new Mailbox(await visitor());
    await mailbox.read(bo);
    const link = await mailbox.invitationLink();
    expect(link).toMatch(new RegExp(`^${world.url}/invite/`));

    const invitee = await visitor();
    const accept = await new Accept(invitee).follow(link);
    await accept.invitesTo("North Clinics");
    await accept.fill(person({ firstName: "Bo" }));
    await accept.create.click();
    await new Home(invitee).welcomes("Bo");
  });

  await test.step("the owner sees Active without a reload", async () => {
    await users.shows(bo, "Active");
  });
});
