import { readFile } from "node:fs/promises";
import { Batch } from "../pages/batch.ts";
import { Import } from "../pages/import.ts";
import { Users } from "../pages/users.ts";
import { expect, of, test } from "../support/fixtures.ts";

test.use({ installation: { name: "import" } });

test("a workbook: a bad cell is corrected in place, and with “Send invitation” everyone receives mail", async ({
  admin,
  world,
}) => {
  const table = await new Import(admin).upload("excel.xlsx");
  expect(await table.verdicts()).toEqual([
    "Ready",
    "Ready",
    "Ready",
    "Not valid E-mail: The part after the @ has no dot, as in example.com.",
  ]);
  await expect(table.button).toHaveText("Import 3 users");
  await expect(table.holds("Start date")).toHaveValue("");
  await expect(table.cell("E-mail", 5)).toHaveAttribute("aria-invalid", "true");
  await table.cell("E-mail", 5).fill("edsger@excel.example");
  await table.cell("E-mail", 5).press("Enter");
  await expect(table.button).toHaveText("Import 4 users");
  await table.run({ send: true });
  await table.done(4);
  for (const name of ["grace", "alan", "ada", "edsger"]) await world.sink.messageTo(`${name}@excel.example`);
  await admin.getByRole("link", { name: "Show the report" }).click();
  await expect(admin.getByRole("heading", { level: 1, name: "Users imported" })).toBeVisible();
  await new Batch(admin).finishes();
  await new Batch(admin).counts("Sent", 4);
});

test("other kinds of file: Windows-1251 by semicolons, UTF-16 by tabs, quoted lines, missing columns", async ({
  admin,
  world,
}) => {
  const table = await new Import(admin).upload("windows-1251.csv");
  await expect(table.cell("Last name", 5)).toHaveValue("Ёлкина");
  expect(await table.verdicts()).toEqual([
    "Ready",
    "Ready",
    "Not valid Phone: 9051111111 has no country code; write 79051111111 or +7 905 111-11-11.",
    "Ready",
  ]);
  await table.run({ send: false });
  await table.done(3);
  expect(await world.sink.messages(of("north.example"))).toEqual([]);
  const users = await new Users(admin).open("?q=north.example");
  await users.listsOnly(["zoya@north.example", "oleg.petrov@north.example", "maria.ivanova@north.example"]);
  await users.shows("zoya@north.example", "Not invited");

  await table.upload("utf-16.txt");
  await expect(table.cell("Full name", 2)).toHaveValue("Zoë Ångström");
  expect(await table.verdicts()).toEqual(["Ready", "Ready", "Ready"]);

  await table.upload("quoted-lines.csv");
  await expect(table.cell("Job title", 2)).toHaveValue("Head of front desk");
  expect(await table.verdicts()).toEqual(["Ready", "Ready", "Ready"]);

  await table.upload("missing-columns.csv");
  expect(await table.verdicts()).toEqual(["Ready", "Ready", "Not valid E-mail: The address is missing."]);

  await table.upload("no-email.csv");
  await expect(table.alert).toHaveText(/Say which column holds the e-mail addresses/);
  await expect(table.button).toHaveText("Nothing to import");
});

test("twenty kinds of bad cell: each is named, and all can be downloaded with the reason", async ({ admin }) => {
  const table = await new Import(admin).upload("bad-cells.csv");
  const verdicts = await table.verdicts();
  expect(verdicts).toHaveLength(21);
  expect(verdicts.filter((verdict) => verdict.startsWith("Not valid "))).toHaveLength(20);
  expect(verdicts[1]).toBe("Not valid E-mail: The @ is missing.");
  expect(verdicts[16]).toBe("Not valid Role: There is no role with this name.");
  await table.filter("Not valid").click();
  await expect(table.rows).toHaveCount(20);
  await table.filter("Ready").click();
  await expect(table.rows).toHaveCount(1);
  await admin.goBack();
  await expect(table.rows).toHaveCount(20);

  const csv = await readFile(await (await table.downloadLeftOut()).path(), "utf8");
  const lines = csv.trimEnd().split("\n");
  expect(lines[0]).toBe("\ufeffE-mail,First name,Last name,Phone,Job title,Role,Expected,Line,Reason");
  expect(lines).toHaveLength(21);
  expect(lines[2]).toBe("ann.example.org,Ann,Lee,,,,email NoAt,3,E-mail: The @ is missing.");
  // A formula would be one for a spreadsheet; it comes back as what it was.
  expect(lines[13]).toContain(",'+1234,");
});

test("who is in the directory is skipped or updated, as chosen", async ({ admin, adminApi, world }) => {
  const at = (name: string) => `${name}@verdict.example`;
  await world.invited(adminApi, at("pending"));
  await adminApi.invite(at("gone"));
  await adminApi.change("deactivate", [at("gone")]);
  const table = await new Import(admin).open();
  await admin.getByLabel("Or paste rows from a spreadsheet").fill(
    ["E-mail\tName", `${at("pending")}\tPending Person`, `${at("gone")}\tGone`, `${at("new")}\tNew`, `${at("NEW")}\tAgain`].join("\n"),
  );
  await admin.getByRole("button", { name: "Continue" }).click();
  await table.arrives();
  expect(await table.verdicts()).toEqual([
    "In the directory Skipped, as chosen above.",
    "Deactivated Activate this user first.",
    "Ready",
    "Duplicate The same address stands in line 4.",
  ]);
  await admin.getByRole("radio", { name: "Update them" }).check();
  await expect(table.rows.first()).toContainText("Will be updated");
  await table.run({ send: true });
  await table.done(2);
  await world.sink.messageTo(at("new"));
  // The link in the mail of someone who has been invited still stands: no second message went out.
  expect(await world.sink.messagesTo(at("pending"))).toHaveLength(1);
  const [pending] = await adminApi.usersLike(at("pending"));
  expect(pending?.last_name).toBe("Person");
});

test("what a column holds can be told, and a file can be dropped", async ({ admin, watch }) => {
  // The page may hear of a change once more while it is being left.
  watch.expect(/answer 404: POST .*\/api\/read_import/);
  const table = await new Import(admin).open();
  const transfer = await admin.evaluateHandle(() => {
    const dropped = new DataTransfer();
    dropped.items.add(new File(["Wer;Wo\nAnn Lee;ann@drop.example\n"], "list.csv", { type: "text/csv" }));
    return dropped;
  });
  await table.heading.dispatchEvent("drop", { dataTransfer: transfer });
  await table.arrives();
  await expect(table.holds("Wer")).toHaveValue("name");
  await table.holds("Wer").selectOption("Job title");
  await expect(table.cell("Job title", 2)).toHaveValue("Ann Lee");
  await admin.getByRole("checkbox", { name: "The first row is a heading" }).uncheck();
  await expect(table.rows).toHaveCount(2);
  await admin.getByRole("button", { name: "Discard" }).click();
  await admin.getByRole("dialog", { name: "Discard this table?" }).getByRole("button", { name: "Discard" }).click();
  await expect(admin).toHaveURL(/\/users\/import$/);
});

test("a file that is not what it claims is refused with one sentence", async ({ admin, watch }) => {
  watch.expect(/answer 422: POST .*\/users\/import\/file/);
  const table = await new Import(admin).open();
  for (const [name, sentence] of [
    ["renamed.csv", /^This file is no table\./],
    ["too-wide.csv", /^The table has more than 200 columns\./],
    ["bomb.xlsx", /^This workbook unpacks to more than Usher reads\./],
  ] as const) {
    await table.choose(name);
    await expect(table.alert).toHaveText(sentence);
    await expect(table.file).toBeAttached();
  }
  // One that is too large does not even travel.
  await table.file.setInputFiles({ name: "large.csv", mimeType: "text/csv", buffer: Buffer.alloc(17 << 20, "a,b\n") });
  await expect(table.alert).toHaveText(/^The file is larger than 16 MB\./);
});

test("the template can be filled in and imported", async ({ admin }) => {
  const table = await new Import(admin).open();
  const downloaded = admin.waitForEvent("download");
  await admin.getByRole("link", { name: "Download a template" }).click();
  const template = await (await downloaded).path();
  await table.file.setInputFiles({ name: "users.xlsx", mimeType: "", buffer: await readFile(template) });
  await expect(admin).toHaveURL(/\/users\/import\/[0-9a-f-]{36}$/);
  for (const [column, field] of [
    ["E-mail", "email"],
    ["First name", "first_name"],
    ["Last name", "last_name"],
    ["Phone", "phone"],
    ["Job title", "job_title"],
    ["Role", "role"],
  ] as const) {
    await expect(table.holds(column)).toHaveValue(field);
  }
  await expect(table.button).toHaveText("Nothing to import");
});
