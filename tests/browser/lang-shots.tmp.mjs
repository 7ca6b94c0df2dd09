import { chromium } from "@playwright/test";
const shop = process.argv[2], tags = process.argv[3].split(","), widths = process.argv[4].split(",").map(Number), paths=(process.argv[5]??"/rewards,/account,/cart").split(","), scheme=process.argv[6]??"light";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-quic"] });
for (const tag of tags) for (const width of widths) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: "reduce", colorScheme: scheme });
  await page.addInitScript((t) => sessionStorage.setItem("card-language", t), tag);
  await page.goto(shop);
  if ((await page.locator("#member").inputValue()) !== "jun") await Promise.all([page.waitForEvent("load"), page.locator("#member").selectOption("jun")]);
  for (const path of paths) {
    if (path === "/cart") { await page.goto(shop + "/product/teapot"); await page.locator("#buy button[type=submit]").click(); }
    await page.goto(shop + path);
    for (let y = 0; y < (await page.evaluate(() => document.body.scrollHeight)); y += 500) { await page.evaluate((t) => scrollTo(0, t), y); await page.waitForTimeout(120); }
    await page.waitForTimeout(700);
    for (const host of await page.locator("main :is(stampcard-balance,stampcard-tier,stampcard-rewards,stampcard-offers,stampcard-vouchers,stampcard-earn,stampcard-activity,stampcard-cart)").all()) {
      const name = await host.evaluate((h) => { h.shadowRoot.querySelectorAll("details").forEach((d,i)=>{ if(i<2) d.open=true }); return h.localName.slice(10); });
      await page.waitForTimeout(100);
      await host.screenshot({ path: `/tmp/lang/shots/${tag}-${width}-${name}.png` });
    }
    if (path === "/rewards") {
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: `/tmp/lang/shots/${tag}-${width}-page.png` });
      await page.locator("main stampcard-rewards [part~=redeem]:enabled").first().click();
      await page.waitForTimeout(300);
      await page.screenshot({ path: `/tmp/lang/shots/${tag}-${width}-dialog.png` });
    }
  }
  await page.close();
}
await browser.close();
