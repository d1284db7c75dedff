// Takes the pictures of docs/pictures from the demo book: light, 1440 pixels wide. `make pictures` runs it.
import { join } from "node:path";
import { accountOf, asked, browser, moveTo, signedIn } from "./workbench.mjs";

const chrome = await browser();
const into = (name) => join(process.env.DUNWELL_OUT, `${name}.png`);

/** What a collector sees, by the name of the picture. */
const pictures = {
  worklist: async (page) => {
    await page.goto("/");
    await moveTo(page, accountOf("ben", 2));
    await page.waitForTimeout(500);
  },
  account: async (page) => page.goto(`/accounts/${accountOf("ben", 0)}`),
  call: async (page) => {
    await page.goto(`/accounts/${accountOf("ben", 0)}`);
    await page.keyboard.press("c");
    await page.locator("dialog[open] [name=amount]").fill("5000.00");
    await page.locator("dialog [name=day]").fill("2026-11-26");
    await page.locator("dialog [name=text]").fill("Run of 19 Nov missed the cut-off; both invoices go out on the 26th.");
  },
  cash: async (page) => {
    const [{ receipt }] = asked("exceptions", "--question", "short").exceptions;
    await page.goto(`/cash/${receipt}`);
  },
  search: async (page) => page.goto("/search?q=cedar"),
};

const page = await signedIn(chrome, "ben", { colorScheme: "light" });
for (const [name, ready] of Object.entries(pictures)) {
  await ready(page);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: into(name) });
}
const manager = await signedIn(chrome, "maria", { colorScheme: "light" });
await manager.goto("/team");
await manager.evaluate(() => document.fonts.ready);
await manager.screenshot({ path: into("team") });
await manager.getByRole("link", { name: "Hand over everything of carla" }).click();
await manager.locator("dialog[open] [name=to]").selectOption("lena");
await manager.locator("dialog [name=text]").fill("Carla is away until 30 Nov.");
await manager.screenshot({ path: into("hand-over") });
const phone = await signedIn(chrome, "ben", { colorScheme: "light", viewport: { width: 390, height: 780 } });
await phone.goto("/");
await phone.screenshot({ path: into("phone") });
await chrome.close();
