// The morning's cash: a bank's file is dropped on the screen, and what it leaves open is cleared by keyboard, one after the other.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asked, browser, signedIn, today } from "./workbench.mjs";

let chrome;
before(async () => (chrome = await browser()));
after(() => chrome.close());

/** The oldest line of accounts that owe dollars, more than fifty of them, and nobody else's test works. */
const owing = asked("worklist", "--on", today).tasks
  .filter((task) => task.to_collect.currency === "USD" && Number(task.to_collect.amount) > 50)
  .map((task) => ({ account: task.account, line: asked("account", task.account, "--on", today).currencies[0].items[0] }))
  .filter(({ line }) => line.open.currency === "USD" && Number(line.open.amount) > 50)
  .slice(-3);

/** A BAI2 file: amounts in cents with what the payer wrote. */
function bai2(credits) {
  const rows = credits.map(([minor, words], place) => `16,165,${minor},0,CASH${place},,${words}\n`).join("");
  const sum = credits.reduce((all, [minor]) => all + minor, 0);
  const n = credits.length;
  return `01,BANK,US,261120,0800,1,,,2/\n02,US,BANK,1,261120,,USD,2/\n03,654321,USD,,,,/\n${rows}49,${sum},${n + 2}/\n98,${sum},1,${n + 4}/\n99,${sum},1,${n + 6}/\n`;
}

const receiptOf = (words) => asked("exceptions", "--limit", "200").exceptions.find((one) => one.words.text?.some((text) => text.includes(words)));

test("somebody new drops a bank's file, and clears what it asks by keyboard alone", async () => {
  const page = await signedIn(chrome, "omar");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.waitForURL("**/cash");
  const file = bai2([[1234, `ZZPART ${owing[0].account}`], [2345, `ZZREST ${owing[1].account}`]]);
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "dropped.bai", mimeType: "text/plain", buffer: Buffer.from(file) });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.waitForURL(/\/import\/./);
  assert.match(await page.locator("main").innerText(), /Payments, new\s+2/);
  await page.getByRole("button", { name: "Read it in" }).click();
  await page.getByRole("link", { name: "Look at what is asked" }).click();
  await page.waitForURL("**/cash");
  assert.match(await page.locator(".head").innerText(), /bank file of 20 Nov \(dropped\.bai\)/);

  const { receipt } = receiptOf("ZZPART");
  for (let left = await page.locator("[data-row]").count(); left > 0; left -= 1) {
    if ((await page.locator("tr.on").getAttribute("data-account")) === receipt) break;
    await page.keyboard.press("j");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/cash/${receipt}*`);
  const difference = page.locator("#difference");
  assert.equal(await difference.innerText(), "Not set against anything: $12.34");
  await page.keyboard.press("j");
  await page.keyboard.press(" ");
  assert.equal(await difference.innerText(), "Difference $0.00: all of it is set against lines");
  await page.keyboard.press("m");
  await page.waitForURL((address) => address.searchParams.get("done") === receipt);
  assert.match(await page.getByRole("status").first().innerText(), /\$12\.34 set against what it pays/);
  const [{ applied, unapplied }] = asked("exceptions", receipt).exceptions;
  assert.deepEqual([applied.map((row) => row.amount.amount), unapplied.amount], [["12.34"], "0.00"]);

  const rest = receiptOf("ZZREST").receipt;
  await page.goto(`/cash/${rest}`);
  await page.locator("main tr .pays").first().fill("20.00");
  assert.match(await difference.innerText(), /Difference \$3\.45: tick more, or leave it on account/);
  await page.getByRole("button", { name: /^Match/ }).click();
  assert.match(await page.getByRole("alert").innerText(), /3\.45 USD/, "the server counts as the script does");
  assert.equal(await page.locator("main tr .pays").first().inputValue(), "20.00", "what was typed is there");
  await page.getByLabel("What is left over stays on account").check();
  await page.keyboard.press("m");
  await page.waitForURL((address) => address.searchParams.get("done") === rest);
  assert.match(await page.getByRole("status").first().innerText(), /\$3\.45 left on account/);
  assert.deepEqual(page.complaints.filter((words) => !/status of 422/.test(words)), []);
});

test("a proposal is taken by one key, and the receipt is taken back by another", async () => {
  const page = await signedIn(chrome, "lena");
  const { account, line } = owing[2];
  const minor = Math.round(Number(line.open.amount) * 100);
  await page.goto("/cash");
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "one.bai", mimeType: "text/plain", buffer: Buffer.from(bai2([[minor, "SOMEBODY UNHEARD OF"]])) });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.getByRole("button", { name: "Read it in" }).click();
  await page.waitForURL(/\/import\/./);
  const { receipt } = receiptOf("SOMEBODY UNHEARD OF");
  await page.goto(`/cash/${receipt}`);
  await page.keyboard.press("f");
  await page.keyboard.type(account);
  await page.keyboard.press("Enter");
  await page.waitForURL(/find=/);
  await page.keyboard.press("r");
  await page.keyboard.press(" ");
  await page.waitForURL((address) => address.searchParams.get("done") === receipt);
  assert.equal(asked("exceptions", receipt).exceptions[0].account, account);
  await page.goto(`/cash/${receipt}`);
  assert.match(await page.locator("main").innerText(), /One open line is that large, 95 % sure/);
  await page.keyboard.press("u");
  await page.waitForURL(`**/cash/${receipt}`);
  await page.getByText("Payer not known").waitFor();
  assert.equal(asked("exceptions", receipt).exceptions[0].account, null);
});

test("without a script what is left over is asked for, and the form is kept", async () => {
  const page = await signedIn(chrome, "ben", { javaScriptEnabled: false });
  await page.goto("/cash");
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "left.bai", mimeType: "text/plain", buffer: Buffer.from(bai2([[3456, `ZZLEFT ${owing[0].account}`]])) });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.getByRole("button", { name: "Read it in" }).click();
  await page.getByRole("link", { name: "Look at what is asked" }).click();
  await page.getByLabel("Order", { exact: true }).selectOption("amount");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL(/order=amount/);
  const { receipt } = receiptOf("ZZLEFT");
  await page.goto(`/cash/${receipt}`);
  await page.locator("main tr .pays").first().fill("0.01");
  await page.getByRole("button", { name: /^Match/ }).click();
  assert.match(await page.getByRole("alert").innerText(), /set against nothing: name what it pays, or leave it on account/);
  assert.equal(await page.locator("main tr .pays").first().inputValue(), "0.01");
  await page.getByRole("button", { name: /on account/ }).click();
  await page.waitForURL(/done=/);
  assert.equal(receiptOf("ZZLEFT"), undefined, "it is asked no more");
});

test("an advice is taken in from a receipt that is asked about: a text that says too little is kept to be mended, a PDF is read", async () => {
  const page = await signedIn(chrome, "maria", { viewport: { width: 390, height: 844 } });
  const { receipt } = asked("exceptions", "--limit", "200").exceptions.find((one) => !one.remittance && !one.set_aside);
  await page.goto(`/cash/${receipt}`);
  await page.getByRole("link", { name: "Take one in" }).click();
  await page.waitForURL(/\/cash\/remittances\?receipt=/);
  const text = page.getByLabel("Or its text, as you copied it");
  await text.fill("We paid invoice ZZ-48129 today.\nRegards");
  await page.getByRole("button", { name: "Take it in" }).click();
  assert.match(await page.getByRole("alert").innerText(), /says no amount/);
  assert.equal(await text.inputValue(), "We paid invoice ZZ-48129 today.\nRegards", "what was typed is there");
  await text.fill("We paid USD 77.31 on 4 March 2025, ref ZZTEXT7, for invoice ZZ-48129.");
  await page.getByRole("button", { name: "Take it in" }).click();
  await page.waitForURL(/read=/);
  assert.match(await page.getByRole("status").innerText(), /1 advice read\.\s+Back to the receipt/);
  assert.match(await page.locator("main").innerText(), /Read: \$77\.31[\s\S]*reference ZZTEXT7[\s\S]*It waits below/);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "it fits a narrow screen");

  const words = [[50, 780, "Remittance advice"], [50, 740, "Payment number: ZZPDF1"], [50, 700, "Invoice"], [150, 700, "Gross"], [230, 700, "Discount"], [320, 700, "Amount paid"],
    [50, 685, "ZZ-48130"], [145, 685, "1,000.00"], [240, 685, "30.00"], [330, 685, "970.00"]];
  const content = words.map(([left, up, said]) => `BT /F1 10 Tf ${left} ${up} Td (${said}) Tj ET\n`).join("");
  const pdf = `%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n`
    + `4 0 obj\n<</Length ${content.length}>>\nstream\n${content}endstream\nendobj\n5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\ntrailer\n<</Root 1 0 R>>\n`;
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "advice.pdf", mimeType: "application/pdf", buffer: Buffer.from(pdf) });
  await page.getByRole("button", { name: "Take it in" }).click();
  await page.waitForURL(/read=/);
  await page.getByText("from advice.pdf").first().waitFor();
  assert.match(await page.locator("main").innerText(), /Read: \$970\.00[\s\S]*ZZ-48130\s+\$970\.00\s+\$30\.00/);
  assert.deepEqual(page.complaints.filter((words) => !/status of 400/.test(words)), []);
});
