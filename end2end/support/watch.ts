import type { BrowserContext } from "@playwright/test";

/**
 * Everything that went wrong behind the pages of a test: errors and warnings on the console (and so
 * hydration warnings), uncaught errors, violations of the content security policy, requests that
 * failed or were refused, requests to anybody else. A test in which there is one fails.
 */
export class Watch {
  readonly #problems: string[] = [];
  readonly #expected: RegExp[] = [];

  constructor(private readonly origin: string) {}

  /** The test provokes this: a problem that matches is none. */
  expect(problem: RegExp): void {
    this.#expected.push(problem);
  }

  get problems(): string[] {
    return this.#problems.filter((problem) => !this.#expected.some((expected) => expected.test(problem)));
  }

  async over(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.effectiveDirective} forbids ${event.blockedURI} in ${event.sourceFile}`);
      });
    });
    context.on("console", (message) => {
      if (!["error", "warning", "assert"].includes(message.type())) return;
      // The answers behind these are judged below.
      if (message.text().startsWith("Failed to load resource: the server responded")) return;
      // The machine was slow: the script that takes the file had not run yet.
      if (/\.wasm was preloaded using link preload but not used within a few seconds/.test(message.text())) return;
      this.#add(`console ${message.type()}: ${message.text()} (${message.page()?.url()})`);
    });
    context.on("weberror", (error) => this.#add(`uncaught: ${error.error().stack ?? error.error().message}`));
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== this.origin) this.#add(`foreign: ${request.url()}`);
    });
    context.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      // A page was left before it had everything.
      if (why === "net::ERR_ABORTED") return;
      this.#add(`failed: ${request.method()} ${request.url()}: ${why}`);
    });
    context.on("response", (response) => {
      const request = response.request();
      // A page may say with its status that something is gone; a part of a page may not be missing.
      const limit = request.isNavigationRequest() ? 500 : 400;
      if (response.status() >= limit) this.#add(`answer ${response.status()}: ${request.method()} ${response.url()}`);
    });
  }

  #add(problem: string): void {
    this.#problems.push(problem);
  }
}
