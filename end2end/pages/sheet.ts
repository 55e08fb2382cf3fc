import { expect, type Locator, type Page } from "@playwright/test";
import decode from "jsqr";

/** Pixels that a module of the code is drawn with. */
const SCALE = 4;

/** The printed sheet, in a window of its own. */
export class Sheet {
  readonly slips: Locator;

  constructor(readonly page: Page) {
    this.slips = page.locator(".slip");
  }

  async arrives(): Promise<this> {
    await expect(this.page.getByRole("heading", { level: 1, name: "Invitations to print" })).toBeVisible();
    return this;
  }

  of(name: string): Locator {
    return this.slips.filter({ hasText: name });
  }

  /** What a phone reads from the code of a slip. */
  async code(slip: Locator): Promise<string> {
    const image = slip.getByRole("img", { name: "QR code with the personal link" });
    const [x, y, width] = ((await image.getAttribute("viewBox")) ?? "").split(" ").map(Number) as [number, number, number];
    const path = (await image.locator("path").getAttribute("d")) ?? "";
    const size = width * SCALE;
    const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
    for (const [, left, top, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
      for (let row = 0; row < SCALE; row += 1) {
        const from = ((Number(top) - y) * SCALE + row) * size + (Number(left) - x) * SCALE;
        for (let pixel = from; pixel < from + Number(length) * SCALE; pixel += 1) pixels.fill(0, pixel * 4, pixel * 4 + 3);
      }
    }
    // The module's types are those of its CommonJS build.
    const read = decode as unknown as typeof decode.default;
    return read(pixels, size, size)?.data ?? "";
  }
}
