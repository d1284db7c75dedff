import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, browser, signedIn } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

const waiting = () => asked("approvals").approvals.map((row) => row.request);

test("a manager who has just signed in approves a request", async () => {
  const page = await signedIn(chrome, "maria");
  const [request] = waiting();
  await page.keyboard.press("g");
  await page.keyboard.press("p");
  await page.waitForURL("**/approvals");
  assert.equal(await page.locator("tr.on").getAttribute("data-account"), request, "the oldest is chosen");
  await page.locator("#preview").getByLabel("Comment").fill("agreed on the phone");
  await page.getByRole("button", { name: /^Approve/ }).click();
  await page.waitForURL("**/approvals?done=approved");
  assert.match(await page.getByRole("status").first().innerText(), /Approved/);
  assert.ok(!waiting().includes(request));
});

test("an auditor sees what waits, and is not offered to sign", async () => {
  const page = await signedIn(chrome, "quinn");
  await page.goto("/approvals");
  assert.ok((await page.locator("tr[data-account]").count()) > 0);
  assert.equal(await page.getByRole("button", { name: /Approve|Decline/ }).count(), 0);
});
