import type { Page } from "@playwright/test";

/**
 * Ends when nothing on the page is on its way any more: what is there before its stylesheet, and colours
 * half-way, would be measured as they are.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("load");
  await page.evaluate(async () => {
    const ends = (animation: Animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
    const moving = document.getAnimations().filter(ends);
    await Promise.allSettled(moving.map((animation) => animation.finished));
  });
}
