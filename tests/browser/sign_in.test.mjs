import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { base, browser, link, signedIn } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

test("a one-time link signs in by a button, and a second use of it is refused", async () => {
  const path = link("quinn");
  const first = await (await chrome.newContext({ baseURL: base })).newPage();
  await first.goto(path);
  assert.equal((await first.context().cookies()).length, 0, "looking at the link does not use it up");
  await first.getByRole("button", { name: "Sign in" }).click();
  await first.waitForURL(`${base}/`);
  assert.match(await first.locator("h1").innerText(), /Worklist/);

  const second = await (await chrome.newContext({ baseURL: base })).newPage();
  await second.goto(path);
  await second.getByRole("button", { name: "Sign in" }).click();
  await second.getByRole("alert").waitFor();
  assert.equal((await second.context().cookies()).length, 0, "nobody is signed in");
  await second.goto("/");
  assert.match(second.url(), /\/sign-in/);
});

test("signing out ends the session, and the address that was wanted is where signing in leads", async () => {
  const page = await signedIn(chrome, "quinn");
  const [kept] = await page.context().cookies();
  await page.locator(".who summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/\/sign-in/);
  await page.context().addCookies([kept]);
  await page.goto("/?view=all");
  assert.match(page.url(), /\/sign-in\?next=/, "the old cookie opens nothing");
  assert.equal(await page.locator("[name=next]").getAttribute("value"), "/?view=all");
});

test("a wrong password says no more than that, and keeps the name", async () => {
  const page = await (await chrome.newContext({ baseURL: base })).newPage();
  await page.goto("/sign-in");
  await page.getByLabel("Name").fill("maria");
  await page.getByLabel("Password").fill("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("Name").inputValue(), "maria");
  assert.equal(await page.getByLabel("Password").inputValue(), "");
});
