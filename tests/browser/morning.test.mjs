// A collector's morning without a mouse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accountOf, browser, calls, chosen, listed, moveTo, signedIn } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

/** The account that the preview shows. */
const shown = (page) => page.locator("#preview [data-account]").first().getAttribute("data-account");
const showing = (page, account) => page.locator(`#preview [data-account="${account}"]`).waitFor();

test("J and K move, and the preview follows", async () => {
  const page = await signedIn(chrome, "ben");
  const [first, second, third] = await listed(page);
  assert.equal(await shown(page), first);
  await page.keyboard.press("j");
  await showing(page, second);
  await page.keyboard.press("j");
  await showing(page, third);
  assert.equal(await chosen(page), third);
  await page.keyboard.press("k");
  await showing(page, second);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/accounts/${second}`);
  assert.deepEqual(page.complaints, []);
});

test("C opens the call sheet, 1 is a promise, Ctrl+Enter saves it, and the promise stands on the account's page", async () => {
  const page = await signedIn(chrome, "ben");
  const account = accountOf("ben", 2);
  const before = calls(account).length;
  const list = await listed(page);
  const next = list[list.indexOf(account) + 1];
  await moveTo(page, account);
  await showing(page, account);
  await page.keyboard.press("c");
  await page.locator("dialog[open] form").waitFor();
  await page.keyboard.press("4");
  assert.equal(await page.locator("dialog [name=outcome]:checked").inputValue(), "voicemail");
  await page.keyboard.press("1");
  assert.equal(await page.locator("dialog [name=outcome]:checked").inputValue(), "promise");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("12.34");
  await page.keyboard.press("Tab");
  await page.keyboard.type("11262026");
  assert.equal(await page.locator("dialog [name=amount]").inputValue(), "12.34");
  assert.equal(await page.locator("dialog [name=day]").inputValue(), "2026-11-26");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.waitForURL(`**/?at=${next}`);
  assert.equal(await chosen(page), next, "the worklist goes on with the next account");
  assert.equal(calls(account).length, before + 1);

  await page.goto(`/accounts/${account}`);
  const promised = page.locator(".figs div", { has: page.getByText("Promised", { exact: true }) });
  assert.match(await promised.innerText(), /12\.34/);
  assert.match(await page.locator("#timeline").innerText(), /26 Nov|2026-11-26/);
  assert.deepEqual(page.complaints, []);
});

test("what is refused is said in the sheet, and nothing typed is lost", async () => {
  const page = await signedIn(chrome, "ben");
  const account = accountOf("ben", 3);
  const before = calls(account).length;
  await moveTo(page, account);
  await page.keyboard.press("c");
  await page.locator("dialog[open] [name=text]").fill("they pay next week");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.locator("dialog[open] [role=alert]").waitFor();
  assert.match(await page.locator("dialog [role=alert]").innerText(), /date/i);
  assert.equal(await page.locator("dialog [name=text]").inputValue(), "they pay next week");
  await page.locator("dialog [name=day]").fill("2026-11-30");
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.waitForURL("**/?at=*");
  assert.equal(calls(account).length, before + 1);
});

test("a session lost while a sheet is open leads to signing in, and nothing is recorded", async () => {
  const page = await signedIn(chrome, "ben");
  const account = accountOf("ben", 4);
  const before = calls(account).length;
  await moveTo(page, account);
  await page.keyboard.press("c");
  await page.locator("dialog[open] form").waitFor();
  await page.keyboard.press("4");
  await page.context().clearCookies();
  await page.keyboard.press("ControlOrMeta+Enter");
  await page.waitForURL(/\/sign-in/);
  assert.equal(calls(account).length, before);
});

test("what is typed is never a shortcut", async () => {
  const page = await signedIn(chrome, "ben");
  await moveTo(page, accountOf("ben", 5));
  await page.keyboard.press("c");
  const note = page.locator("dialog[open] [name=text]");
  await note.focus();
  await page.keyboard.type("j k c 2 g w ?");
  assert.equal(await note.inputValue(), "j k c 2 g w ?");
  assert.equal(await page.locator("dialog [name=outcome]:checked").inputValue(), "promise");
  assert.equal(await page.locator("#keys[open]").count(), 0);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  const search = page.locator("#search");
  if (await search.count()) {
    await page.keyboard.press("/");
    await page.keyboard.type("jjcc");
    assert.equal(await search.inputValue(), "jjcc");
    assert.equal(await page.locator("dialog[open]").count(), 0);
  }
});

test("single-key shortcuts can be switched off, and stay off", async () => {
  const page = await signedIn(chrome, "ben");
  const first = await chosen(page);
  await page.locator(".who summary").click();
  await page.locator("#keys-off").check();
  await page.reload();
  await page.keyboard.press("j");
  await page.keyboard.press("c");
  await page.keyboard.press("?");
  assert.equal(await chosen(page), first);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await page.locator(".who summary").click();
  await page.locator("#keys-off").uncheck();
  await page.reload();
  await page.keyboard.press("j");
  assert.notEqual(await chosen(page), first);
});

test("? tells the keys, and Esc puts them away", async () => {
  const page = await signedIn(chrome, "ben");
  await page.keyboard.press("?");
  assert.match(await page.locator("#keys[open]").innerText(), /Shortcuts/);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#keys[open]").count(), 0);
});

test("a sheet gives the focus back to where it was opened from", async () => {
  const page = await signedIn(chrome, "ben");
  const account = accountOf("ben", 5);
  await moveTo(page, account);
  await page.keyboard.press("c");
  await page.locator("dialog[open] form").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  assert.notEqual(await chosen(page), account, "J goes on from there");
});
