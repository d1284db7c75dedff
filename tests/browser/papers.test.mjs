// The policy as a form, papers by the names of their files, and a workbook whose columns are told: each without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accountOf, asked, browser, signedIn, today } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

test("without scripts a step is added to the policy, moved, mended where it is wrong, and put before a second person", async () => {
  const page = await signedIn(chrome, "maria", { javaScriptEnabled: false });
  await page.goto("/policy");
  await page.getByRole("link", { name: "Change it" }).click();
  await page.getByLabel("Quiet days after a contact").first().fill("10");
  await page.getByRole("button", { name: "Add a step" }).first().click();
  const step = page.locator("#notices-step-7");
  await step.getByLabel("Name", { exact: true }).fill("agency_visit");
  await step.getByLabel("Days past due", { exact: true }).fill("80");
  await step.getByRole("checkbox", { name: /^task$/i }).check();
  await page.getByRole("button", { name: "Check and try" }).first().click();
  assert.match(await step.innerText(), /comes after `referral`, so it is more than 90 days/);
  assert.equal(await step.getByLabel("Days past due", { exact: true }).getAttribute("aria-invalid"), "true");
  await step.getByRole("button", { name: "Move up" }).click();
  const moved = page.locator("#notices-step-6");
  assert.equal(await moved.getByLabel("Name", { exact: true }).inputValue(), "agency_visit");
  assert.equal(await page.locator("#notices-quiet_days").inputValue(), "10", "what was typed before stays");
  // The same draft as text, and back.
  await page.getByRole("button", { name: "Edit as text" }).click();
  assert.match(await page.locator("#policy-text").inputValue(), /# Never taken by the desk alone[\s\S]*id = "agency_visit"/);
  await page.getByRole("button", { name: "Edit as form" }).click();
  await page.getByRole("button", { name: "Check and try" }).first().click();
  await page.getByText("Today's decisions").waitFor();
  await page.getByRole("button", { name: "Put it before a second person" }).click();
  await page.waitForURL(/done=drafted/);
  const { drafts } = asked("policy", "drafts");
  assert.equal(drafts.at(-1).drafted_by, "maria");
  assert.match(drafts.at(-1).text, /quiet_days = 10/);
  await page.getByRole("button", { name: "Take back" }).last().click();
  await page.waitForURL(/done=declined/);
});

test("without scripts several papers find their documents by name, and those that find none are told", async () => {
  const page = await signedIn(chrome, "lena", { javaScriptEnabled: false });
  const account = accountOf("lena", 0);
  const [item] = asked("account", account, "--on", today).currencies[0].items.filter((item) => /^[\w-]+$/.test(item.document));
  await page.goto("/documents");
  await page.getByRole("link", { name: "Papers by file name" }).click();
  await page.getByLabel("How their names tell the document").fill("{account}_{document}_pod.pdf");
  await page.getByLabel("What they are").selectOption("pod");
  const file = (name) => ({ name, mimeType: "application/pdf", buffer: Buffer.from(`%PDF-1.7 ${name}`) });
  await page.locator("#files").setInputFiles([file(`${account}_${item.document}_pod.pdf`), file("X_NO-SUCH_pod.pdf")]);
  await page.getByRole("button", { name: "Attach" }).click();
  assert.match(await page.getByRole("status").innerText(), /1 paper attached, 0 there already, 1 left alone/);
  await page.goto(`/accounts/${account}`);
  assert.ok((await page.getByRole("link", { name: `POD of ${item.document}` }).count()) > 0);
});

test("without scripts a workbook's header row is picked and its columns are told", async () => {
  const page = await signedIn(chrome, "maria", { javaScriptEnabled: false });
  const answer = await page.request.get("/export/accounts?as=xlsx");
  assert.equal(answer.status(), 200);
  await page.goto("/import");
  await page.getByLabel("What it holds").selectOption("customers");
  const mimeType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "list.xlsx", mimeType, buffer: await answer.body() });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.waitForURL(/\/import\/./);
  // Without scripts a page that works is looked at again by its link.
  const again = page.getByRole("link", { name: "Look again" });
  while ((await again.count()) > 0) await again.click();
  await page.goto(`${page.url()}?row=1`);
  assert.ok((await page.getByLabel("Sheet").locator("option").count()) > 0);
  await page.getByLabel("Row with the headers").selectOption({ index: 0 });
  await page.getByRole("button", { name: "Show its columns" }).click();
  await page.locator("#map-0").selectOption("account");
  await page.getByRole("button", { name: "Check the file again" }).click();
  await page.waitForURL(/\/import\/[^/?#]+$/);
  while ((await again.count()) > 0) await again.click();
  assert.match(await page.locator("main").innerText(), /What it would bring/i);
});
