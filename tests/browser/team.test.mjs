// Several people at one worklist: a manager who hands over, a colleague who takes an account, and views of one's own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accountOf, browser, calls, listed, moveTo, signedIn } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

const row = (page, account) => page.locator(`#worklist tr[data-account="${account}"]`).first();

test("a colleague's list says who took an account, by itself, and forgets it when the sheet is left", async () => {
  const account = accountOf("omar", 1);
  const [omar, lena] = [await signedIn(chrome, "omar"), await signedIn(chrome, "lena")];
  await omar.goto("/?view=all&of=omar");
  await lena.goto("/?view=all&of=omar");
  const mark = row(lena, account).getByText("taken by omar");
  assert.equal(await mark.count(), 0);
  await moveTo(omar, account);
  await omar.locator(`#preview [data-account="${account}"]`).waitFor();
  await omar.keyboard.press("t");
  await omar.getByText("taken by you").first().waitFor();
  assert.match(omar.url(), /of=omar/, "who takes an account stays on the list");
  await mark.waitFor({ timeout: 8000 });
  await lena.goto(`/accounts/${account}/call`);
  assert.match(await lena.locator("form.call").innerText(), /omar is at work on this account/);

  await lena.goto("/?view=all&of=omar");
  await omar.locator(`#preview [data-account="${account}"]`).waitFor();
  await omar.keyboard.press("t");
  await mark.waitFor({ state: "detached", timeout: 8000 });
  await omar.keyboard.press("c");
  await omar.locator("dialog[open] form").waitFor();
  await mark.waitFor({ timeout: 8000 });
  await omar.keyboard.press("Escape");
  await mark.waitFor({ state: "detached", timeout: 8000 });
  assert.deepEqual([...omar.complaints, ...lena.complaints], []);
});

test("a manager hands ticked rows over while their collector is on the phone, and the call is kept", async () => {
  const [first, second] = [accountOf("lena", 2), accountOf("lena", 3)];
  const [maria, lena] = [await signedIn(chrome, "maria"), await signedIn(chrome, "lena")];
  const before = calls(first).length;
  await lena.goto(`/accounts/${first}`);
  await lena.keyboard.press("c");
  await lena.locator("dialog[open] form").waitFor();
  await lena.locator("dialog [name=text]").fill("asked for Mr Hill");
  await maria.goto("/?view=all&of=lena");
  for (const account of [first, second]) {
    await moveTo(maria, account);
    await maria.keyboard.press("x");
  }
  assert.match(await maria.locator("#ticked output").innerText(), /2 ticked/);
  await maria.locator("#ticked button").click();
  await maria.locator("dialog[open] form").waitFor();
  await maria.locator("dialog [name=text]").fill("lena is away");
  await maria.getByLabel("To", { exact: true }).selectOption("omar");
  await maria.keyboard.press("ControlOrMeta+Enter");
  await row(maria, first).waitFor({ state: "detached" });
  assert.ok(!(await listed(maria)).includes(second));
  await maria.goto("/?view=all&of=omar");
  const theirs = await listed(maria);
  assert.ok(theirs.includes(first) && theirs.includes(second), "both are on omar's list");

  assert.equal(await lena.locator("dialog [name=text]").inputValue(), "asked for Mr Hill", "nothing typed is lost");
  await lena.locator("dialog [name=outcome][value=voicemail]").check();
  await lena.keyboard.press("ControlOrMeta+Enter");
  await lena.locator("dialog[open]").waitFor({ state: "detached" });
  assert.equal(calls(first).length, before + 1);
  assert.deepEqual([...maria.complaints, ...lena.complaints], []);
});

test("a manager sees the load of the team, and hands over all of one who is away", async () => {
  const maria = await signedIn(chrome, "maria");
  await maria.keyboard.press("g");
  await maria.keyboard.press("t");
  await maria.waitForURL("**/team");
  const rowOf = (name) => maria.locator("tbody tr", { has: maria.getByRole("link", { name, exact: true }) });
  const load = async (name) => Number((await rowOf(name).locator(".load span").first().innerText()).match(/^\d+/)[0]);
  const [omar, lena] = [await load("omar"), await load("lena")];
  assert.match(await rowOf("omar").innerText(), /of 40/);
  await rowOf("omar").getByRole("link", { name: /Hand over/ }).click();
  await maria.locator("dialog[open] form").waitFor();
  await maria.getByLabel("To", { exact: true }).selectOption("lena");
  await maria.locator("dialog [name=text]").fill("omar is ill");
  await maria.keyboard.press("ControlOrMeta+Enter");
  await rowOf("omar").getByText("0 of 40", { exact: true }).waitFor();
  assert.ok(omar > 0 && (await load("lena")) > lena, "what was omar's is lena's");
  assert.deepEqual(maria.complaints, []);
});

test("what is shown can be kept under a name, and renamed and dropped again", async () => {
  const page = await signedIn(chrome, "ben");
  await page.getByText("Narrow", { exact: true }).click();
  await page.getByLabel("Late by days").fill("60");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.waitForURL(/days=60/);
  const days = () => page.locator("#worklist tbody td:nth-child(5)").allInnerTexts();
  assert.ok((await days()).length > 0 && (await days()).every((text) => Number(text) >= 60));
  await page.getByText("Keep this view").click();
  await page.getByLabel("Name of the view").fill("Two months late");
  await page.keyboard.press("Enter");
  const tab = page.getByRole("link", { name: "Two months late" });
  await tab.waitFor();
  await page.goto("/");
  await tab.click();
  await page.waitForURL(/days=60/);
  assert.equal(await tab.getAttribute("aria-current"), "page");
  assert.ok((await days()).every((text) => Number(text) >= 60));
  await page.goto("/views");
  await page.getByLabel("Name of Two months late").fill("Very late");
  await page.getByRole("button", { name: "Rename Two months late" }).click();
  await page.getByLabel("Name of Very late").waitFor();
  await page.getByRole("button", { name: "Drop Very late" }).click();
  await page.getByLabel("Name of Very late").waitFor({ state: "detached" });
  await page.goto("/");
  assert.equal(await page.getByRole("link", { name: "Very late" }).count(), 0);
  assert.deepEqual(page.complaints, []);
});
