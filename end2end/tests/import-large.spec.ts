import { readFile } from "node:fs/promises";
import { Import } from "../pages/import.ts";
import { expect, test } from "../support/fixtures.ts";

test.use({ installation: { name: "import-large" } });

const ROWS = 100_000;

test(`${ROWS} rows come in, with progress and in bounded memory`, async ({ admin, adminApi, world }, info) => {
  test.setTimeout(10 * 60_000);
  const lines = ["E-mail,First name,Last name,Phone,Job title,Role,Office,Note"];
  for (let n = 1; n <= ROWS; n += 1) {
    lines.push(`person${n}@large.example,Person,Number ${n},+44207${String(n).padStart(7, "0")},Nurse,User,North,Some more words`);
  }
  const table = await new Import(admin).open();
  await table.file.setInputFiles({ name: "large.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
  const progress = admin.getByRole("progressbar", { name: "Progress" });
  await expect(admin.getByText("Checking the rows…")).toBeVisible({ timeout: 120_000 });
  await expect(progress).toBeVisible();
  await expect(table.button).toHaveText(/^Import 100,?000 users$/, { timeout: 240_000 });
  await table.run({ send: false });
  await expect(admin.getByText("Importing…")).toBeVisible();
  const share = () => progress.evaluate((bar: HTMLProgressElement) => bar.position);
  await expect.poll(share, { timeout: 120_000 }).toBeGreaterThan(0.1);
  // Others are not kept waiting meanwhile.
  expect(await adminApi.usersLike("person17@large.example")).toHaveLength(1);
  await expect(admin.getByText(/100,?000 users were imported/)).toBeVisible({ timeout: 300_000 });
  const status = await readFile(`/proc/${world.server.pid}/status`, "utf8");
  const kB = Number(status.match(/^VmHWM:\s+(\d+) kB/m)?.[1]);
  console.log(`${ROWS} rows: the server's peak memory was ${Math.round(kB / 1024)} MB`);
  info.annotations.push({ type: "peak memory", description: `${Math.round(kB / 1024)} MB` });
  expect(kB / 1024).toBeLessThan(200);
});
