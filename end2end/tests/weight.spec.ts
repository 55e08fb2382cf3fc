import type { Page } from "@playwright/test";
import { Accept } from "../pages/accept.ts";
import { SignIn } from "../pages/sign-in.ts";
import { expect, test } from "../support/fixtures.ts";
import { organization } from "../support/server.ts";

test.use({ installation: { name: "weight" } });

interface Transfer {
  path: string;
  /** On the wire, with headers. */
  bytes: number;
}

/** What the page has transferred since `start`, the browser's own word. */
async function transfers(page: Page, visit: () => Promise<unknown>): Promise<Transfer[]> {
  const network = await page.context().newCDPSession(page);
  const paths = new Map<string, string>();
  const done: Transfer[] = [];
  network.on("Network.requestWillBeSent", ({ requestId, request }) => {
    paths.set(requestId, new URL(request.url).pathname);
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    done.push({ path: paths.get(requestId) ?? "", bytes: encodedDataLength });
  });
  await network.send("Network.enable");
  await network.send("Network.setCacheDisabled", { cacheDisabled: true });
  await visit();
  // Nothing streams on these pages: they come to rest, what they preload included.
  await page.waitForLoadState("networkidle");
  await network.detach();
  return done;
}

function judge(name: string, all: Transfer[]): void {
  const list = all.map(({ path, bytes }) => `${path} ${bytes}`).join("\n");
  expect(all.length, list).toBeGreaterThan(1);
  expect(
    all.filter(({ path }) => path.endsWith(".wasm")),
    `${name} loads no WASM before it is used:\n${list}`,
  ).toEqual([]);
  const sum = all.reduce((bytes, transfer) => bytes + transfer.bytes, 0);
  expect(sum, `${name} before it is used, in bytes:\n${list}`).toBeLessThan(30_000);
}

test("the sign-in page transfers at most 30 kB and no WASM before it is used", async ({ page }) => {
  judge("/sign-in", await transfers(page, () => new SignIn(page).open()));
});

test("the page of an invitation transfers at most 30 kB and no WASM before it is used", async ({
  page,
  adminApi,
  world,
}) => {
  const link = await world.invited(adminApi, world.address("light"));
  const accept = new Accept(page);
  const all = await transfers(page, async () => {
    await accept.follow(link);
    await accept.invitesTo(organization);
  });
  judge("/accept", all);
});
