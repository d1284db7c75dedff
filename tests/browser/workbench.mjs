// What every test of this folder stands on: a browser, a page of a person who is signed in, and the command line beside it.
// scripts/browser-tests starts the server and says where everything is.
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** Where the server listens, without a slash at the end. */
export const base = need("DUNWELL_URL");
/** The day the demo book is looked at. */
export const today = "2026-11-20";

function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run scripts/browser-tests`);
  return value;
}

/** Runs the command line on the same book, and gives what it prints. */
export function dunwell(...words) {
  const book = ["--book", need("DUNWELL_BOOK"), "--no-color"];
  return execFileSync(need("DUNWELL_BINARY"), [...book, ...words], { encoding: "utf8" });
}

/** The same with `--json`, read. */
export const asked = (...words) => JSON.parse(dunwell(...words, "--json"));

/** A browser with an empty profile, which keeps off the network. */
export async function browser() {
  const folder = mkdtempSync(join(tmpdir(), "dunwell-browser-"));
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_CACHE_HOME: folder },
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
  });
}

/** The path of a fresh link that signs a person in once. */
export function link(name) {
  const [path] = dunwell("user", "link", name).match(/\/sign-in\/link\/[\w-]+/) ?? [];
  if (!path) throw new Error(`no link for ${name}`);
  return path;
}

/** A page of somebody who is signed in, in a context of its own. `more` are options of the context. */
export async function signedIn(browser, name, more = {}) {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1440, height: 900 }, locale: "en-US", ...more });
  const page = await context.newPage();
  // What a page complains about is a defect, wherever it happens.
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (said) => said.type() === "error" && page.complaints.push(said.text()));
  await page.goto(link(name));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${base}/`);
  return page;
}

/** The accounts of the worklist as it stands, most urgent first. */
export const listed = (page) => page.locator("tr[data-account]").evaluateAll((rows) => rows.map((row) => row.dataset.account));

/** The calls that the timeline of an account tells, without what was agreed in them. */
export const calls = (account) => asked("timeline", account, "--of", "calls").entries.filter((entry) => entry.kind === "logged");

/** The account of the row that is chosen in the worklist. */
export const chosen = (page) => page.locator("tr.on").getAttribute("data-account");

/** An account with something to collect which nobody else's test works, out of somebody's list, by its place there. */
export function accountOf(name, place = 0) {
  const { tasks } = asked("worklist", "--collector", name, "--on", today);
  const owing = tasks.filter((task) => Number(task.to_collect.amount) > 0).map((task) => task.account);
  return [...new Set(owing)][place];
}

/** Presses J until the row of an account is chosen, as long as there are rows. */
export async function moveTo(page, account) {
  for (let left = await page.locator("[data-row]").count(); left > 0; left -= 1) {
    if ((await chosen(page)) === account) return;
    await page.keyboard.press("j");
  }
  throw new Error(`${account} is not on the list`);
}
