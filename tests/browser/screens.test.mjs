// Every screen, for whoever sees it differently: axe finds nothing, and nothing has to be scrolled sideways.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { noScreen, screens, show } from "./screens.mjs";
import { base, browser, signedIn } from "./workbench.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const sizes = [[1440, 900], [1024, 768], [390, 844]];

let chrome;
const pages = new Map();
before(async () => (chrome = await browser()));
after(() => chrome.close());

/** A page of somebody, kept from screen to screen. */
async function pageOf(who) {
  if (!pages.has(who)) {
    const fresh = async () => (await chrome.newContext({ baseURL: base, locale: "en-US" })).newPage();
    pages.set(who, await (who ? signedIn(chrome, who) : fresh()));
  }
  return pages.get(who);
}

/** What axe finds against a page, in words. */
async function found(page, run) {
  await page.evaluate(`if (!window.axe) { ${axe} }`);
  const { violations } = await page.evaluate((run) => window.axe.run(document, run), run);
  const told = (rule) => (node) => `${rule.id}: ${node.target.join(" ")} (${node.html.slice(0, 160)}) ${node.failureSummary.split("\n")[1]}`;
  return violations.flatMap((rule) => rule.nodes.map(told(rule)));
}

for (const screen of screens) {
  test(`${screen.name}: nothing against it in light and dark, on a desk, a small screen and a phone`, async () => {
    const page = await pageOf(screen.who);
    const wrong = [];
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: "light" });
      const status = await show(page, screen);
      if (status !== (screen.status ?? 200)) wrong.push(`it answers ${status}`);
      const add = (theme) => (words) => wrong.push(`${width} px, ${theme}: ${words}`);
      (await found(page, { runOnly: { type: "tag", values: tags } })).forEach(add("light"));
      await page.emulateMedia({ colorScheme: "dark" });
      (await found(page, { runOnly: { type: "rule", values: ["color-contrast"] } })).forEach(add("dark"));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) wrong.push(`${width} px: ${over} px wider than the window`);
    }
    assert.equal(wrong.join("\n"), "");
  });
}

test("no screen complains in the console", () => {
  // Pages that are asked for though they are not there, not for everybody, or not right.
  const refused = /status of (40[34]|422)/;
  const complaints = [...pages.values()].flatMap((page) => page.complaints ?? []).filter((words) => !refused.test(words));
  assert.deepEqual(complaints, []);
});

test("every address that is looked at is in the list of screens", () => {
  const text = readFileSync(process.env.DUNWELL_ROUTES, "utf8");
  const looked = [...text.matchAll(/\.look\(\s*"([^"]+)"|\.on\(\s*"GET",\s*"([^"]+)"/g)].map((hit) => hit[1] ?? hit[2]);
  const known = new Set(screens.map((screen) => screen.route));
  assert.ok(looked.length > 20, "the table is read");
  assert.deepEqual([...new Set(looked)].filter((path) => !known.has(path) && !noScreen(path)), [], "put it into screens.mjs");
});

test("the worklist takes at most 100 KB over the network, without the typeface", async () => {
  const page = await signedIn(chrome, "maria");
  const context = await chrome.newContext({ baseURL: base, storageState: await page.context().storageState() });
  const fresh = await context.newPage();
  const network = await context.newCDPSession(fresh);
  await network.send("Network.enable");
  const addresses = new Map();
  const bytes = new Map();
  network.on("Network.responseReceived", ({ requestId, response }) => addresses.set(requestId, response.url));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  await fresh.goto("/?view=all&of=all", { waitUntil: "load" });
  const counted = [...bytes].filter(([id]) => !/\.woff2$|\/preview$/.test(addresses.get(id) ?? ""));
  const total = counted.reduce((sum, [, size]) => sum + size, 0);
  const told = counted.map(([id, size]) => `${addresses.get(id)} ${size}`).join("\n");
  assert.ok(counted.length >= 3, told);
  assert.ok(total <= 100 * 1024, `${total} bytes:\n${told}`);
});
