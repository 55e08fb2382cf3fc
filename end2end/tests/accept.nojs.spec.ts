import { Accept } from "../pages/accept.ts";
import { Home } from "../pages/home.ts";
import { SignIn } from "../pages/sign-in.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";
import { organization } from "../support/server.ts";
import { Api } from "../support/api.ts";

test.use({ installation: { name: "accept-nojs" } });

const statusOf = async (admin: Api, email: string): Promise<string> => (await admin.user(email)).status;

test("an invitation is accepted with JavaScript off", async ({ page, adminApi, world }) => {
  const email = world.address("ida");
  const link = await world.invited(adminApi, email);
  const accept = await new Accept(page).follow(link);
  await accept.invitesTo(organization);
  await expect(accept.email).toHaveValue(email);
  await expect(accept.email).not.toBeEditable();
  await accept.fill(person());
  await accept.create.click();
  await new Home(page).welcomes("Ida");
  expect(await statusOf(adminApi, email)).toBe("active");
});

test("a refused form keeps what was typed, but never the password", async ({ page, adminApi, world }) => {
  const email = world.address("kim");
  const accept = await new Accept(page).follow(await world.invited(adminApi, email));
  const kim = person({ firstName: "Kim", lastName: "O'Neil & Söhne", jobTitle: 'Head of "Lab"' });

  await test.step("a phone number without a country code", async () => {
    await accept.fill({ ...kim, phone: "9051111111" });
    await accept.create.click();
    await expect(accept.alert).toContainText("country code");
    await expect(accept.phone).toHaveValue("9051111111");
  });

  await test.step("a password that is easy to guess", async () => {
    await accept.fill({ ...kim, password: "password1234" });
    await accept.create.click();
    await expect(accept.alert).toContainText("easy to guess");
  });

  await expect(page).toHaveURL(/\/accept$/);
  await expect(accept.firstName).toHaveValue(kim.firstName);
  await expect(accept.lastName).toHaveValue(kim.lastName);
  await expect(accept.phone).toHaveValue(kim.phone);
  await expect(accept.jobTitle).toHaveValue(kim.jobTitle);
  await expect(accept.password).toHaveValue("");
  expect(await statusOf(adminApi, email)).toBe("invited");

  await accept.password.fill(kim.password);
  await accept.create.click();
  await new Home(page).welcomes("Kim");
});

test("a sign-up that has to wait says so with JavaScript off, also when it is refused", async ({
  page,
  adminApi,
  playwright,
  world,
}) => {
  const vera = await world.member(adminApi, "Vera", { role: "admin" });
  const request = await playwright.request.newContext();
  const herApi = new Api(request, world.url);
  await herApi.signIn(vera.email, vera.password);
  const email = world.address("wanda");
  const link = await world.invited(herApi, email);
  await request.dispose();
  await adminApi.giveRole(vera.email, "user");

  const accept = await new Accept(page).follow(link);
  await accept.fill(person({ firstName: "Wanda" }));
  await accept.create.click();
  await accept.isClosed("awaits");
  await expect(accept.alert).toHaveCount(0);
  await accept.follow(link);
  await accept.isClosed("awaits");

  const { rows } = await adminApi.call<{ rows: { id: string; username: string }[] }>("list_approvals", {});
  await adminApi.call("refuse_sign_up", { id: rows.find((row) => row.username === email)!.id });
  await page.reload();
  await accept.isClosed("refusedLater");
  await expect(page.getByRole("main")).toContainText("Olive Owner");
});

test("someone who has joined signs in with JavaScript off", async ({ page, adminApi, world }) => {
  const member = await world.member(adminApi, "Nora");
  const signIn = await new SignIn(page).open();
  await signIn.with(member.email, "not-the-password-at-all");
  await expect(signIn.alert).toContainText("not right");
  await expect(signIn.email).toHaveValue(member.email);
  await signIn.with(member.email, member.password);
  await new Home(page).welcomes("Nora");
});

test("100 GET and 100 HEAD requests to a link consume nothing", async ({ page, adminApi, world }) => {
  const email = world.address("scanned");
  const link = await world.invited(adminApi, email);
  const answers = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const scanner = world.raw();
      const [head, get] = [await scanner.head(link), await scanner.get(link)];
      // A scanner follows redirects, too.
      const landing = await scanner.get(get.location);
      return { head: head.status, get: get.status, location: get.location, landing: landing.status };
    }),
  );
  expect(answers).toEqual(Array(100).fill({ head: 303, get: 303, location: "/accept", landing: 200 }));
  expect(await statusOf(adminApi, email)).toBe("invited");

  const accept = await new Accept(page).follow(link);
  await accept.fill(person({ firstName: "Sven" }));
  await accept.create.click();
  await new Home(page).welcomes("Sven");
});

test("200 concurrent accepts of one link make one identity, and the others see that it is used", async ({
  adminApi,
  page,
  world,
}) => {
  const email = world.address("crowd");
  const link = await world.invited(adminApi, email);
  const first = world.raw();
  await first.get(link);

  const tries = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const visitor = first.twin();
      const who = person({ firstName: `Nr${n}`, password: `lanterns-over-the-marsh-${n}` });
      const answer = await visitor.accept(who);
      return { visitor, who, answer };
    }),
  );

  const pathOf = (location: string) => new URL(location, world.url).pathname;
  for (const { answer } of tries) expect([302, 303]).toContain(answer.status);
  const winners = tries.filter(({ answer }) => pathOf(answer.location) === "/home");
  const losers = tries.filter(({ answer }) => pathOf(answer.location) === "/accept");
  expect([winners.length, losers.length]).toEqual([1, 199]);

  const pages = await Promise.all(losers.map(({ visitor }) => visitor.get("/accept")));
  for (const { body } of pages) expect(body).toContain("This invitation was already used");

  const winner = winners[0]!.who;
  expect(await adminApi.user(email)).toMatchObject({ status: "active", first_name: winner.firstName });
  const home = await winners[0]!.visitor.get("/home");
  expect(home.body).toContain(`Welcome, ${winner.firstName}`);

  // The identity has the winner's password, and nobody else's.
  const signIn = await new SignIn(page).open();
  await signIn.with(email, losers[0]!.who.password);
  await expect(signIn.alert).toContainText("not right");
  await signIn.with(email, winner.password);
  await new Home(page).welcomes(winner.firstName);
});
