import type { Locator, Page } from "@playwright/test";

export interface Spreadsheet {
  /** As the clipboard holds it. */
  text: string;
  /** Name by address, of everyone who should get a message. */
  people: Map<string, string>;
  /** As they stand in the sheet: the second time, in another case. */
  duplicates: string[];
  /** As they stand in the sheet. */
  bad: string[];
}

const firstNames = ["Anna", "Boris", "Chloé", "Dmitri", "Elif", "Finn", "Galina", "Hugo", "Inès", "Jörg"];
const lastNames = ["Adams", "Bauer", "Castro", "Dubois", "Egorova", "Fischer", "Garcia", "Hansen", "Ivanova", "Jansen"];

/**
 * Cells copied from a spreadsheet: lines of name, address and phone with tabs between, a header, a
 * few blank lines, quoted cells, non-breaking spaces; among `size` lines some addresses a second
 * time in another case, and five that are none.
 */
export function spreadsheet(size: number, domain: string, duplicates = 7): Spreadsheet {
  const bad = [`petrov@@${domain}`, "olga@clinic", `sam..lee@${domain}`, "joe@", `@${domain}`];
  const people = new Map<string, string>();
  for (let n = 0; n < size - duplicates - bad.length; n++) {
    const first = firstNames[n % 10]!;
    const last = lastNames[Math.floor(n / 10) % 10]!;
    people.set(`${ascii(first)}.${ascii(last)}.${n}@${domain}`, `${first} ${last}`);
  }
  const lines = [...people].map(([address, name], n) => {
    // Some programs quote a cell that has a comma, some leave a non-breaking space behind an address.
    const nameCell = n % 40 === 7 ? `"${name.split(" ").reverse().join(", ")}"` : name;
    return [nameCell, n % 50 === 3 ? `${address}\u00a0` : address, `+4670${String(1740000 + n)}`].join("\t");
  });
  const again = [...people.keys()].filter((_, n) => n % 60 === 5).slice(0, duplicates);
  const shouted = again.map((address) => address.toUpperCase());
  shouted.forEach((address, n) => lines.splice(80 + 50 * n, 0, ["Someone Again", address, ""].join("\t")));
  bad.forEach((address, n) => lines.splice(30 + 90 * n, 0, ["Not Reachable", address, "+46701749999"].join("\t")));
  if (lines.length !== size) throw new Error(`${lines.length} lines instead of ${size}`);
  for (const at of [10, 200, 350]) lines.splice(at, 0, "", "\t\t");
  return {
    text: ["Name\tE-mail\tPhone", ...lines, ""].join("\r\n"),
    people,
    duplicates: shouted,
    bad,
  };
}

const ascii = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();

/** Lets the page write and read the clipboard without asking. */
export async function grantClipboard(page: Page): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(page.url()).origin });
}

/** Puts the text on the clipboard and pastes it into the field with the keyboard. */
export async function paste(field: Locator, text: string): Promise<void> {
  const page = field.page();
  await grantClipboard(page);
  await page.evaluate((words) => navigator.clipboard.writeText(words), text);
  await field.focus();
  await page.keyboard.press("ControlOrMeta+V");
}

/** What is on the clipboard. */
export async function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}
