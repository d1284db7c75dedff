// A form that is refused: nothing of it is typed again, with a script and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accountOf, browser, signedIn } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

const account = accountOf("ben", 0);

/** Fills a promise that is refused, and looks at how it comes back. */
async function refusedThenMended(page, words) {
  const form = page.locator("form.call");
  await form.getByLabel("Amount").fill("lots");
  await form.getByLabel("What was said").fill(words);
  await form.getByRole("button", { name: /Save/ }).click();
  await form.getByRole("alert").waitFor();
  assert.match(await form.getByRole("alert").innerText(), /lots/);
  assert.equal(await form.getByLabel("What was said").inputValue(), words);
  assert.equal(await form.getByLabel("Amount").inputValue(), "lots");
  assert.equal(await page.evaluate(() => document.activeElement?.name), "amount", "the field to blame has the focus");
  assert.equal(await form.getByLabel("Amount").getAttribute("aria-invalid"), "true");
  await form.getByLabel("Amount").fill("12.34");
  await form.getByRole("button", { name: /Save/ }).click();
  await page.locator("#timeline", { hasText: words }).waitFor();
  assert.equal((await page.locator("#timeline").innerText()).split(words).length - 1, 1, "it is recorded once");
}

test("without scripts a promise that is refused comes back as it was typed", async () => {
  const page = await signedIn(chrome, "ben", { javaScriptEnabled: false });
  await page.goto(`/accounts/${account}/promise`);
  const form = page.locator("form.call");
  await form.getByLabel("Amount").fill("lots");
  await form.getByLabel("What was said").fill("nothing runs here");
  await form.getByRole("button", { name: /Save/ }).click();
  await form.getByRole("alert").waitFor();
  assert.equal(await form.getByLabel("What was said").inputValue(), "nothing runs here");
  await form.getByLabel("Amount").fill("12.34");
  await form.getByRole("button", { name: /Save/ }).click();
  await page.waitForURL((address) => !address.pathname.endsWith("/promise"));
  assert.equal((await page.locator("#timeline").innerText()).split("nothing runs here").length - 1, 1);
});

test("a page of its own comes back as it was typed, with the focus where it is to be mended", async () => {
  const page = await signedIn(chrome, "ben");
  await page.goto(`/accounts/${account}/promise`);
  await refusedThenMended(page, "as a page");
});

test("a dialog stays as it was typed, with the focus where it is to be mended", async () => {
  const page = await signedIn(chrome, "ben");
  await page.goto(`/accounts/${account}`);
  await page.locator("main a[data-sheet]", { hasText: "Promise" }).first().click();
  await refusedThenMended(page, "as a dialog");
});
