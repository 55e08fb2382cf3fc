import { expect, type Locator } from "@playwright/test";

export type Kind = "Recipients" | "Access" | "Products" | "Lines";

/** The fields that choose what people may reach, in a dialog. */
export class AccessPicker {
  readonly blocking: Locator;
  readonly upload: Locator;

  constructor(readonly inside: Locator) {
    this.blocking = inside.getByRole("checkbox", { name: "Allow appointment blocking" });
    this.upload = inside.getByRole("checkbox", { name: "Allow access to upload button" });
  }

  kind(kind: Kind): Locator {
    return this.inside.getByRole("group", { name: kind, exact: true });
  }

  all(kind: Kind): Locator {
    return this.kind(kind).getByRole("radio", { name: "All", exact: true });
  }

  choose(kind: Kind): Locator {
    return this.kind(kind).getByRole("radio", { name: /^Choose / });
  }

  box(kind: Kind, name: string): Locator {
    return this.kind(kind).getByRole("checkbox", { name, exact: true });
  }

  /** The names that can be ticked, in their order. */
  async offers(kind: Kind, names: string[]): Promise<void> {
    await expect(this.kind(kind).getByRole("listitem")).toHaveText(names);
  }

  /** Ticks just these. */
  async pick(kind: Kind, names: string[]): Promise<void> {
    await this.choose(kind).check();
    await this.kind(kind).getByRole("button", { name: "None" }).click();
    for (const name of names) await this.box(kind, name).check();
  }
}
