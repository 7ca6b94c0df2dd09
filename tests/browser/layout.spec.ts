import { expect, test } from "./fixtures";

for (const width of [280, 320, 375, 768, 1280]) {
  for (const language of ["en", "zh-CN"] as const) {
    test(`nothing is cut off at ${width} px in ${language}`, { tag: width === 320 ? "@wcag-1.4.10" : [] }, async ({ shop, page }) => {
      await page.setViewportSize({ width, height: 800 });
      await shop.open("/rewards", "amara", language);
      // Nothing starts before it is near the viewport.
      await shop.element("rewards").scrollIntoViewIfNeeded();
      await expect(shop.element("rewards").locator("li[part~=reward]").first()).toBeVisible();
      const wide = await page.evaluate(() => {
        const cut: string[] = [];
        // The shop's own page is made for 320 px and more, the elements for 280.
        if (innerWidth >= 320 && document.documentElement.scrollWidth > innerWidth) cut.push(`the page is ${document.documentElement.scrollWidth} wide`);
        for (const host of document.querySelectorAll("stampcard-balance, stampcard-tier, stampcard-rewards")) {
          for (const node of host.shadowRoot!.querySelectorAll<HTMLElement>("[part]")) {
            const box = node.getBoundingClientRect();
            if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) cut.push(`${host.localName} ${node.getAttribute("part")}`);
          }
        }
        return cut;
      });
      expect(wide).toEqual([]);
    });
  }
}

test("the elements take the page's type and the shop's tokens", async ({ shop, page }) => {
  await shop.open("/rewards", "jun");
  const balance = shop.element("balance");
  await expect(balance).toContainText("leaves");
  const family = (locator: string) =>
    page.evaluate((selector) => getComputedStyle(document.querySelector(selector)!).fontFamily, locator);
  const inside = await balance.evaluate((host) => getComputedStyle(host.shadowRoot!.querySelector("[part~=base]")!).fontFamily);
  expect(inside).toBe(await family("main"));
});
