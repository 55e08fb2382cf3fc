import { Accept } from "../pages/accept.ts";
import { Import } from "../pages/import.ts";
import { Mailbox } from "../pages/mailbox.ts";
import { SignIn } from "../pages/sign-in.ts";
import { Users } from "../pages/users.ts";
import { expect, test } from "../support/fixtures.ts";
import { person } from "../support/http.ts";

test.use({ installation: { name: "sms", mail: "mailbox" } });

test("somebody with a phone alone is imported, invited by SMS, signs up by the link and signs in with the number", async ({
  admin,
  adminApi,
  visitor,
}) => {
  await adminApi.allowSms();
  const table = await new Import(admin).open();
  await table.file.setInputFiles({
    name: "phones.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("Name,Phone\nVera Ivanova,7 905 222-22-22\nBoris Petrov,9051111111\n"),
  });
  await table.arrives();
  expect(await table.verdicts()).toEqual([
    "Ready",
    "Not valid Phone: 9051111111 has no country code; write 79051111111 or +7 905 111-11-11.",
  ]);
  await table.send.check();
  await expect(admin.getByLabel("By", { exact: true })).toHaveValue("automatic");
  await table.run({ send: true });
  await table.done(1);

  const users = await new Users(admin).open();
  await users.shows("+79052222222", "Invited");
  await expect(await users.cell("+79052222222", "E-mail")).toHaveText("–None");
  await expect(users.row("+79052222222").getByRole("button", { name: "Actions for +79052222222" })).toBeAttached();

  const invitee = await visitor();
  const mailbox = new Mailbox(invitee);
  await mailbox.read("+79052222222");
  const accept = await new Accept(invitee).follow(await mailbox.textedLink());
  await accept.invitesTo("Acme Clinics");
  await expect(accept.phone).toHaveValue("+79052222222");
  await expect(accept.phone).not.toBeEditable();
  await expect(accept.email).toHaveCount(0);
  const vera = person({ firstName: "Vera" });
  await accept.fill(vera);
  await accept.create.click();
  await expect(invitee).toHaveURL(/\/home$/);

  const again = await visitor();
  const signIn = await new SignIn(again).open();
  await expect(again.getByText("Or your phone number, with its country code.")).toBeVisible();
  await signIn.with("7 (905) 222-22-22", vera.password);
  await expect(again).toHaveURL(/\/home$/);
  await users.shows("+79052222222", "Active");
});

test("“By” is there where text messages are allowed, and says who is left out", async ({ admin, adminApi }) => {
  const users = await new Users(admin).open();
  await adminApi.allowSms();
  const email = "mail.only@clinic.example";
  await users.open();
  const dialog = await users.invite();
  await dialog.addresses.fill(email);
  await admin.getByRole("dialog").getByLabel("By", { exact: true }).selectOption("SMS");
  await expect(admin.getByText("1 without a phone number", { exact: false }).first()).toBeVisible();
});
