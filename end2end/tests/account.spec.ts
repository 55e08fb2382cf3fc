import { Console } from "../pages/console.ts";
import { Home } from "../pages/home.ts";
import { Profile } from "../pages/profile.ts";
import { ResetPassword, SignIn } from "../pages/sign-in.ts";
import { Users } from "../pages/users.ts";
import { expect, owner, test } from "../support/fixtures.ts";
import { linkTo } from "../support/sink.ts";

test.use({ installation: { name: "account" } });

test("the owner signs in and out", async ({ page }) => {
  const signIn = await new SignIn(page).open();
  await signIn.with(owner.email, owner.password);
  const users = new Users(page);
  await expect(users.heading).toBeVisible();
  await users.console.takenOver();
  await users.console.signOut();
  await expect(signIn.heading).toBeVisible();

  await page.goBack();
  await expect(page, "nothing of it is left in the history").toHaveURL(/\/sign-in/);
  await page.goto("/users");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a wrong password and an unknown address get the same sentence", async ({ page }) => {
  const signIn = await new SignIn(page).open();
  const sentences: string[] = [];
  for (const email of [owner.email, "nobody-here@acme.example"]) {
    await signIn.open();
    await signIn.with(email, "wrong-password-but-long");
    await expect(signIn.alert).toBeVisible();
    await expect(signIn.email).toHaveValue(email);
    await expect(signIn.password).toHaveValue("");
    sentences.push(await signIn.alert.innerText());
  }
  expect(sentences[0]).toContain("The e-mail or the password is not right.");
  expect(sentences[1]).toBe(sentences[0]);
});

test("a forgotten password is replaced through the mailed link, once", async ({ page, visitor, adminApi, watch, world }) => {
  // The other browser's page listens on when its session has ended.
  watch.expect(/401.*\/events/);
  const member = await world.member(adminApi, "Tom");
  const elsewhere = await visitor();
  await (await new SignIn(elsewhere).open()).with(member.email, member.password);
  await new Home(elsewhere).welcomes("Tom");

  const unknown = world.address("unknown");
  const answers: string[] = [];
  for (const email of [unknown, member.email]) {
    const forgot = await (await new SignIn(page).open()).forgotPassword();
    await forgot.ask(email);
    await expect(forgot.answer).toContainText("a message is on its way");
    answers.push((await forgot.answer.innerText()).replace(email, "…"));
  }
  expect(answers[0]).toBe(answers[1]);

  const message = await world.sink.messageTo(member.email, 2);
  expect(await world.sink.messagesTo(unknown)).toHaveLength(0);
  const link = linkTo(message, "/reset");
  const fresh = "eleven-grey-herons-waiting";
  const reset = new ResetPassword(page);
  await page.goto(link);
  await expect(page, "the secret doesn't stay in the address bar").toHaveURL(/\/reset-password$/);
  await reset.choose(fresh);

  const signIn = new SignIn(page);
  await expect(page.getByRole("status")).toContainText("Your password is changed");
  await signIn.with(member.email, member.password);
  await expect(signIn.alert).toContainText("not right");
  await signIn.with(member.email, fresh);
  await new Home(page).welcomes("Tom");

  await elsewhere.goto("/home");
  await expect(elsewhere, "every session ended with the old password").toHaveURL(/\/sign-in/);
  await elsewhere.goto(link);
  await expect(new ResetPassword(elsewhere).deadLink).toBeVisible();
});

test("the profile lists the signed-in browsers and signs another one out", async ({
  page,
  visitor,
  adminApi,
  watch,
  world,
}) => {
  // The other browser's page listens on when its session has ended.
  watch.expect(/401.*\/events/);
  const member = await world.member(adminApi, "Vera");
  const other = await visitor();
  for (const browser of [page, other]) {
    await (await new SignIn(browser).open()).with(member.email, member.password);
    await new Home(browser).welcomes("Vera");
  }
  // Accepting the invitation has signed Vera in, too.
  const profile = await new Profile(page).open();
  await expect(profile.signOutOf).toHaveCount(2);
  await expect(page.getByText("This browser")).toBeVisible();
  await profile.signOutOf.first().click();
  await expect(profile.signOutOf).toHaveCount(1);
  await profile.signOutEverywhereElse();
  await expect(profile.signOutOf).toHaveCount(0);

  await other.goto("/home");
  await expect(other).toHaveURL(/\/sign-in/);
  await page.goto("/home");
  await new Home(page).welcomes("Vera");
});

test("the language changes on public pages, and for someone signed in everywhere", async ({ page }) => {
  await new SignIn(page).open();
  const html = page.locator("html");
  await expect(html).toHaveAttribute("lang", "en");
  await page.getByRole("button", { name: "Русский" }).click();
  await expect(html).toHaveAttribute("lang", "ru");
  await expect(page.getByRole("heading", { level: 1, name: "Вход" })).toBeVisible();

  await page.getByLabel("Электронная почта", { exact: true }).fill(owner.email);
  await page.getByLabel("Пароль", { exact: true }).fill(owner.password);
  await page.getByRole("button", { name: "Войти", exact: true }).click();
  await expect(page).toHaveURL(/\/users$/);
  await expect(html).toHaveAttribute("lang", "ru");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/[А-Яа-я]/);
  const console = new Console(page);
  await console.takenOver();

  const english = page.getByRole("button", { name: "English" });
  if (!(await english.isVisible())) await console.openAccountMenu();
  await english.click();
  await expect(html).toHaveAttribute("lang", "en");
  await page.reload();
  await expect(html).toHaveAttribute("lang", "en");
  await expect(new Users(page).heading).toBeVisible();
});

test("the theme is switched, and stays so after a reload", async ({ admin }) => {
  const console = new Console(admin);
  await admin.emulateMedia({ colorScheme: "light" });
  const users = await new Users(admin).open();
  const colour = () => users.heading.evaluate((element) => getComputedStyle(element).color);
  const dark = admin.getByRole("button", { name: "Dark", exact: true });
  const light = await colour();

  if (!(await dark.isVisible())) await console.openAccountMenu();
  await dark.click();
  await expect(dark).toHaveAttribute("aria-pressed", "true");
  await expect.poll(colour).not.toBe(light);
  const chosen = await colour();

  await admin.reload();
  await console.takenOver();
  expect(await colour()).toBe(chosen);
});
