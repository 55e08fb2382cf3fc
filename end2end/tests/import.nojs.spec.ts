import { Import } from "../pages/import.ts";
import { Api } from "../support/api.ts";
import { expect, test } from "../support/fixtures.ts";

test.use({ installation: { name: "import-nojs" } });

test("without JavaScript a file is uploaded, refused or judged", async ({ page, world }) => {
  await new Api(page.request, world.url).signIn();
  const table = new Import(page);
  await page.goto("/users/import");
  await table.choose("renamed.csv");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(table.alert).toHaveText(/^This file is no table\./);
  await table.choose("utf-16.txt");
  await page.getByRole("button", { name: "Continue" }).click();
  await table.arrives();
  expect(await table.verdicts()).toEqual(["Ready", "Ready", "Ready"]);
});
