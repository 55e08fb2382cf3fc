import { defineConfig } from "@playwright/test";
import type { Options } from "./support/fixtures.ts";

// Screenshots of every screen are made on demand: `npm run screens`. Workers read this file again,
// with other arguments, so the wish travels in the environment.
if (process.argv.includes("--project=screens")) process.env["USHER_SCREENS"] = "1";

/** Every spec file starts its own server and mail sink: see `support/fixtures.ts`. */
export default defineConfig<object, Options>({
  testDir: "./tests",
  outputDir: "./test-results/run",
  // Ends what hangs; how long a slow machine takes is not what these tests judge.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  workers: 2,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [["list"]],
  use: {
    locale: "en-US",
    timezoneId: "Asia/Yekaterinburg",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    { name: "chromium", testIgnore: "**/*.nojs.spec.ts" },
    { name: "no-js", testMatch: "**/*.nojs.spec.ts", use: { javaScriptEnabled: false } },
    ...(process.env["USHER_SCREENS"]
      ? [{ name: "screens", testDir: ".", testMatch: "screens.ts" }]
      : []),
  ],
});
