import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accountOf, browser, calls, signedIn } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

test("without scripts a collector goes from the worklist to the account, and records a call with a promise", async () => {
  const page = await signedIn(chrome, "lena", { javaScriptEnabled: false });
  const account = accountOf("lena", 0);
  await page.locator(`tr[data-account="${account}"] th a`).first().click();
  await page.waitForURL(`**/accounts/${account}`);
  await page.locator(`main a[href="/accounts/${account}/call"]`).first().click();
  await page.waitForURL(`**/accounts/${account}/call`);
  await page.getByLabel("Promise to pay").check();
  await page.locator("form.call").getByLabel("Amount").fill("45.67");
  await page.locator("form.call").getByLabel("Date").fill("2026-11-27");
  await page.getByLabel("Note").fill("no scripts here");
  await page.getByRole("button", { name: /Save/ }).click();
  await page.waitForURL((address) => !address.pathname.endsWith("/call"));
  assert.equal(calls(account).filter((entry) => entry.text === "no scripts here").length, 1);
  await page.goto(`/accounts/${account}`);
  assert.match(await page.locator(".figs").innerText(), /45\.67/);
});

test("without scripts another list and another view are chosen by a button and a link", async () => {
  const page = await signedIn(chrome, "lena", { javaScriptEnabled: false });
  await page.getByLabel("Whose list").selectOption("ben");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/of=ben/);
  await page.locator("nav.tabs a", { hasText: "Disputes" }).click();
  await page.waitForURL(/view=disputes.*of=ben|of=ben.*view=disputes/);
  assert.equal(await page.locator("nav.tabs [aria-current=page]").count(), 1);
});
