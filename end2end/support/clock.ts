import { renameSync, writeFileSync } from "node:fs";

/**
 * The server's test clock: a file with the seconds that it adds to the real time. It only goes
 * forward, as time does, so that what one test left behind stays in the past of the next.
 */
export class Clock {
  #ahead = 0;

  constructor(readonly file: string) {
    this.#write();
  }

  advance(by: { seconds?: number; minutes?: number; hours?: number; days?: number }): void {
    const { seconds = 0, minutes = 0, hours = 0, days = 0 } = by;
    this.#ahead += seconds + 60 * (minutes + 60 * (hours + 24 * days));
    this.#write();
  }

  /** Whole at every moment: the server may be reading. */
  #write(): void {
    writeFileSync(`${this.file}.new`, `${this.#ahead}\n`);
    renameSync(`${this.file}.new`, this.file);
  }
}
