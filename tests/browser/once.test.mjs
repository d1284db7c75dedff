// What is sent twice is recorded once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accountOf, browser, calls, signedIn } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

/** The call sheet of an account as a page, filled in as far as a message left on a machine. */
async function filledIn(account, note) {
  const page = await signedIn(chrome, "carla");
  await page.goto(`/accounts/${account}/call`);
  await page.getByLabel("Voicemail").check();
  await page.getByLabel("Note").fill(note);
  return page;
}

const worded = (account, note) => calls(account).filter((entry) => entry.text === note).length;

test("a double click on Save records one contact", async () => {
  const account = accountOf("carla", 0);
  const page = await filledIn(account, "double click");
  await page.getByRole("button", { name: /Save/ }).dblclick({ noWaitAfter: true });
  await page.waitForURL((address) => !address.pathname.endsWith("/call"));
  assert.equal(worded(account, "double click"), 1);
});

test("the same form sent twice at the same time records one contact, and both are answered alike", async () => {
  const account = accountOf("carla", 1);
  const page = await filledIn(account, "at the same time");
  const ended = await page.evaluate(async () => {
    const form = document.querySelector("form.call");
    const send = () => fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    return (await Promise.all([send(), send(), send()])).map((answer) => [answer.status, new URL(answer.url).pathname]);
  });
  assert.equal(worded(account, "at the same time"), 1);
  assert.deepEqual(ended.map(([status]) => status), [200, 200, 200]);
  assert.equal(new Set(ended.map(([, path]) => path)).size, 1, JSON.stringify(ended));
});

test("two tabs with the same form record one contact, and other words in the second are refused", async () => {
  const account = accountOf("carla", 2);
  const page = await filledIn(account, "two tabs");
  const other = await page.context().newPage();
  await other.goto(`/accounts/${account}/call`);
  await other.getByLabel("Voicemail").check();
  await other.getByLabel("Note").fill("two tabs");
  const number = await page.locator("form.call [name=once]").inputValue();
  await other.locator("form.call [name=once]").evaluate((field, number) => (field.value = number), number);
  await page.getByRole("button", { name: /Save/ }).click();
  await page.waitForURL((address) => !address.pathname.endsWith("/call"));
  await other.getByRole("button", { name: /Save/ }).click();
  await other.waitForURL((address) => !address.pathname.endsWith("/call"));
  assert.equal(worded(account, "two tabs"), 1);

  await other.goto(`/accounts/${account}/call`);
  await other.getByLabel("Refused").check();
  await other.getByLabel("Note").fill("something else");
  await other.locator("form.call [name=once]").evaluate((field, number) => (field.value = number), number);
  await other.getByRole("button", { name: /Save/ }).click();
  await other.getByText("sent before with other values").waitFor();
  assert.equal(worded(account, "something else"), 0);
});

test("going back and sending the form again records one contact", async () => {
  const account = accountOf("carla", 3);
  const page = await filledIn(account, "back again");
  await page.getByRole("button", { name: /Save/ }).click();
  await page.waitForURL((address) => !address.pathname.endsWith("/call"));
  await page.goBack();
  await page.getByLabel("Voicemail").check();
  await page.getByLabel("Note").fill("back again");
  await page.getByRole("button", { name: /Save/ }).click();
  await page.waitForURL((address) => !address.pathname.endsWith("/call"));
  assert.equal(worded(account, "back again"), 1);
});

test("a session lost in the middle of a form leads to signing in, and nothing is recorded", async () => {
  const account = accountOf("carla", 4);
  const page = await filledIn(account, "lost session");
  await page.context().clearCookies();
  await page.getByRole("button", { name: /Save/ }).click();
  await page.waitForURL(/\/sign-in/);
  assert.equal(worded(account, "lost session"), 0);
});

test("a form without the session's secret is refused", async () => {
  const account = accountOf("carla", 4);
  const page = await filledIn(account, "forged");
  await page.locator("form.call [name=csrf]").evaluate((field) => (field.value = "guessed"));
  await page.getByRole("button", { name: /Save/ }).click();
  await page.getByText("did not come from a page of this workbench").waitFor();
  assert.equal(worded(account, "forged"), 0);
});
