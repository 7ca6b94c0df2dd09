import { defineConfig } from "@playwright/test";

// Chromium comes from the machine; nothing is downloaded, and the browser itself talks to nobody but the demo shop.
export default defineConfig({
  testDir: ".",
  fullyParallel: true,
  workers: 2,
  // A busy machine is slow, and a test is about what happens, not how fast.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: [["list"]],
  outputDir: "../../target/browser",
  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env.STAMPCARD_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-quic", "--disable-gpu"],
    },
    // Recording each test takes as long as running it: STAMPCARD_TRACE=on does it for those that fail.
    trace: process.env.STAMPCARD_TRACE ? "retain-on-failure" : "off",
  },
});
