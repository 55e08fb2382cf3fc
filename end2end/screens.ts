import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { Accept } from "./pages/accept.ts";
import { Api, type Language } from "./support/api.ts";
import { expect, test } from "./support/fixtures.ts";
import { person } from "./support/http.ts";
import { UsherServer } from "./support/server.ts";
import { linkTo, refuse } from "./support/sink.ts";

/**
 * Pictures of every screen, light and dark, on a phone and on a wide screen, in English and in
 * Russian, in `test-results/screens`: `npm run screens`.
 */
test.use({ installation: { name: "screens", sms: "sink" } });

const folder = resolve(import.meta.dirname, "test-results", "screens");

/** What the pictures show: made once, by the first test. */
interface Scene {
  fresh: UsherServer;
  mailbox: UsherServer;
  batch: string;
  busyBatch: string;
  checked: string;
  imported: string;
  links: Record<"open" | "replaced" | "revoked" | "used" | "expired" | "reset", string>;
  invited: string;
  /** The ids of users whose pages are shown. */
  people: Record<"failed" | "long" | "rtl" | "joined", string>;
}

let scene: Scene | undefined;

test.beforeAll("the scene", async ({ world, playwright }) => {
  const request = await playwright.request.newContext();
  const admin = new Api(request, world.url);
  await admin.signIn();
  await admin.allowSms();
  const at = (name: string) => world.address(name);
  const { sink } = world;

  const kind = "location";
  const names = ["Old Harbour", "North Quay", "The clinic with the longest name on the whole of Lighthouse Road"].join("\n");
  await admin.call("add_resources", { kind, names });
  const expired = await world.invited(admin, at("eva.expired"), { hours: 1 });
  world.clock.advance({ hours: 2 });
  await admin.signIn();
  const member = await world.member(admin, "Marta");
  for (const name of ["Noah", "Olga"]) await world.member(admin, name);
  await world.raw().post("/api/request_password_reset", { email: member.email });
  const reset = linkTo(await sink.messageTo(member.email, 2), "/reset");

  const failed = at("nobody.here");
  const waiting = at("greylisted");
  sink.script(failed, refuse(550, "5.1.1 No such person in this house"));
  sink.script(waiting, refuse(451, "4.7.1 Greylisted, come back later"));
  const sent = ["anna.adams", "boris.bauer", "carla.castro", "dmitri.dubois", "elif.egorova"].map(at);
  const batch = await admin.invite([...sent, failed, waiting, sent[0]!, "olga@clinic"]);
  await sink.attemptTo(failed);
  await sink.attemptTo(waiting);

  const replacedTo = at("rita.replaced");
  const replaced = await world.invited(admin, replacedTo);
  await world.invited(admin, replacedTo, { resend: true });
  const revokedTo = at("ralf.revoked");
  const revoked = await world.invited(admin, revokedTo);
  await admin.revoke(revokedTo);
  const used = await world.invited(admin, at("uma.used"));
  const uma = world.raw();
  await uma.get(used);
  await uma.accept(person({ firstName: "Uma" }));
  const invited = at("iris.invited");
  const open = await world.invited(admin, invited, { message: "We are glad that you join us on Monday." });

  const checked = await admin.upload("bad-cells.csv");
  const imported = await admin.upload("excel.xlsx");
  await admin.call("start_import", { request: { import: imported, send: false, seen: 3 } });
  const named = [
    ["long", "Nobody".padEnd(300, " of the long-winded")],
    ["rtl", "دانا المنصوري"],
  ] as const;
  for (const [who, name] of named) await admin.invite(`"${name}" <${at(who)}>`);
  const id = async (email: string) => (await admin.user(email)).id;
  const of = async (who: string) => (await admin.usersLike(`${who}.w`)).at(0)!.id;
  const people = { failed: await id(failed), long: await of("long"), rtl: await of("rtl"), joined: await id(member.email) };

  sink.holdAfter(6);
  const busyBatch = await admin.invite(Array.from({ length: 20 }, (_, n) => at(`busy.person${n}`)));

  const fresh = await UsherServer.prepare("screens-fresh", "mailbox:");
  await fresh.start();
  const mailbox = await UsherServer.prepare("screens-mailbox", "mailbox:");
  await mailbox.setUp();
  await mailbox.start();
  const other = await playwright.request.newContext();
  const ada = new Api(other, mailbox.url);
  await ada.signIn();
  await ada.allowSms();
  await ada.invite(["anna.adams@clinic.example", "boris.bauer@clinic.example"]);
  const phones = await ada.upload("phones.csv", "Name,Phone\nVera Lind,+46 70 174 06 05\n");
  await expect
    .poll(async () => (await ada.call<{ summary: { state: string } }>("read_import", { id: phones, verdict: null, from: "Start" })).summary.state)
    .toBe("checked");
  await ada.call("start_import", { request: { import: phones, send: true, seen: 1 } });
  await expect.poll(async () => (await ada.call<unknown[]>("list_messages", {})).length).toBe(3);

  await other.dispose();
  await request.dispose();
  scene = { fresh, mailbox, batch, busyBatch, checked, imported, invited, people, links: { open, replaced, revoked, used, expired, reset } };
});

test.afterAll(async () => {
  await scene?.fresh.dispose();
  await scene?.mailbox.dispose();
});

const press = (page: Page, selector: string) => page.locator(selector).first().click();

for (const language of ["en", "ru"] as const)
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [390, 1440])
      test(`pictures of every screen, ${language}, ${colorScheme}, ${width} wide`, async ({ browser, world, watch }) => {
        expect(scene).toBeDefined();
        const { fresh, mailbox, links, batch, busyBatch, checked, imported, invited, people } = scene!;
        watch.expect(/^foreign: /); // the scene has three servers
        const context = await browser.newContext({
          baseURL: world.url,
          colorScheme,
          locale: language === "ru" ? "ru-RU" : "en-US",
          viewport: { width, height: width === 390 ? 844 : 900 },
          reducedMotion: "reduce",
        });
        await watch.over(context);
        const page = await context.newPage();
        const shoot = async (name: string, fullPage = true) => {
          await page.screenshot({ path: `${folder}/${name}-${language}-${colorScheme}-${width}.png`, fullPage });
        };
        const visit = async (name: string, address: string) => {
          await page.goto(address);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          await shoot(name);
        };

        await visit("setup", `${fresh.url}/setup`);
        await visit("mailbox", `${mailbox.url}/mailbox`);
        await page.getByRole("link").filter({ hasText: "anna.adams" }).first().click();
        await page.frameLocator("article iframe").locator("body").waitFor();
        await shoot("mailbox-message");
        await page.goBack();
        await page.getByRole("link").filter({ hasText: "+46" }).first().click();
        await expect(page.getByRole("article").locator("pre")).toBeVisible();
        await shoot("mailbox-sms");

        await visit("sign-in", "/sign-in");
        await page.locator("#email").fill("someone@clinic.example");
        await page.locator("#password").fill("not-the-right-one");
        await press(page, "form[action$=sign_in] [type=submit]");
        await expect(page.getByRole("alert")).toBeVisible();
        await shoot("sign-in-refused");
        await visit("forgot-password", "/forgot-password");
        await visit("reset-password", links.reset);
        await visit("not-found", "/nothing-here");
        for (const name of ["open", "replaced", "revoked", "used", "expired"] as const) {
          await visit(`accept-${name}`, links[name]);
        }
        await page.goto(links.revoked);
        const ask = page.locator("form[action$=ask_for_new_invitation] [type=submit]");
        // Once is enough for all pictures.
        if ((await ask.count()) > 0) await ask.click();
        await shoot("accept-asked");
        await new Accept(page).follow(links.open);
        await visit("accept-decline", "/accept/decline");
        await page.goto("/accept");
        await page.locator("#password").fill("password1234");
        await press(page, "form[action$=accept_invitation] [type=submit]");
        await expect(page.getByRole("alert")).toBeVisible();
        await shoot("accept-refused");

        await new Api(page.request, world.url).signIn();
        await speak(page, world.url, language);
        await visit("accept-other-account", links.open);
        await visit("home", "/home");
        await visit("locations", "/settings/locations");
        await visit("lines", "/settings/lines");
        await visit("profile", "/profile");
        await visit("audit", "/settings/audit");
        await visit("audit-several", "/settings/audit?about=.");
        await visit("audit-nothing", "/settings/audit?to=2020-01-01");
        for (const name of ["organization", "delivery", "roles", "pages", "products"]) {
          await visit(`settings-${name}`, `/settings/${name}`);
        }
        await page.goto("/settings/invitations");
        await page.frameLocator("iframe").first().locator("body > *").first().waitFor();
        await shoot("settings-invitations");
        await page.goto("/settings/delivery");
        const doctor = page.locator("section").filter({ has: page.locator("h2").filter({ hasText: /^(Doctor|Доктор)/ }) });
        await doctor.getByRole("button").first().click();
        await expect(doctor.getByRole("listitem").first()).toBeVisible();
        await shoot("settings-delivery-doctor");
        await page.goto("/users");
        const opening = context.waitForEvent("page");
        await page.evaluate((ids) => {
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action: "/users/sheet", target: "_blank" });
          form.innerHTML = `<input name="ids" value="${ids}"><input name="query" value="">`;
          document.body.append(form);
          form.submit();
        }, `${people.long},${people.rtl}`);
        const sheet = await opening;
        await expect(sheet.locator(".slip").first()).toBeVisible();
        await sheet.screenshot({ path: `${folder}/sheet-${language}-${colorScheme}-${width}.png`, fullPage: true });
        await sheet.close();
        await visit("approvals", "/users/approvals");
        await visit("operator", "/operator");
        await page.locator('main a[href^="/operator/"]:not([href$="/new"])').first().click();
        await page.waitForURL(/operator\/[0-9a-f-]{36}$/);
        await shoot("operator-organization");
        await visit("operator-new", "/operator/new");
        await visit("batches", "/batches");
        await visit("batch", `/batches/${batch}`);
        await visit("batch-under-way", `/batches/${busyBatch}`);
        await visit("import", "/users/import");
        await visit("import-checked", `/users/import/${checked}`);
        await visit("import-done", `/users/import/${imported}`);
        for (const [who, id] of Object.entries(people)) await visit(`user-${who}`, `/users/${id}`);
        await page.goto(`/users/${people.failed}`);
        await page.locator('[role="group"] > button[aria-pressed="true"]').first().waitFor({ state: "attached" });
        await page.locator("#person-email").fill("somebody.else@clinic.example");
        await page.locator("#person-phone").fill("12");
        await page.locator("#person-phone").press("Enter");
        await shoot("user-refused");
        await page.goto("/users?add=yes");
        await expect(page.locator("dialog[open] #add-email")).toBeVisible();
        await page.locator("#add-email").fill("nina@");
        await page.locator("#add-email").press("Enter");
        await shoot("add-user", false);
        await visit("users-nobody-found", "/users?q=no-such-person");
        await visit("users", "/users");
        await page.locator('[role="group"] > button[aria-pressed="true"]').first().waitFor({ state: "attached" });
        await press(page, `button[aria-label$="${invited}"]`);
        await expect(page.getByRole("menuitem").first()).toBeVisible();
        await shoot("users-menu", false);
        await page.keyboard.press("Escape");
        await press(page, "button[popovertarget=account-menu]");
        await shoot("account-menu", false);
        await page.keyboard.press("Escape");
        await press(page, 'main button.btn-primary[aria-haspopup="dialog"]');
        await expect(page.locator("dialog[open] textarea").first()).toBeVisible();
        await shoot("invite", false);
        await page
          .locator("dialog[open] textarea")
          .first()
          .fill(`Anna Adams <anna@clinic.example>, ANNA@clinic.example, olga@clinic, sam..lee@clinic.example, ${invited}`);
        await expect(page.locator("dialog[open] input[type=checkbox]")).toBeVisible();
        await shoot("invite-filled", false);
        await context.close();
      });

/** The signed-in person's language. */
async function speak(page: Page, origin: string, language: Language): Promise<void> {
  await page.request.post(`${origin}/api/set_language`, {
    form: { language, back: "/home" },
    headers: { origin, "sec-fetch-site": "same-origin", accept: "text/html" },
    maxRedirects: 0,
  });
}
