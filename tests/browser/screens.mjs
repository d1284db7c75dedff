// Every screen of the workbench: the one list that the tests of this folder go by. An address of routes.rs that is looked at and
// is neither here nor among what is no screen fails a test.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshBook } from "./fresh_book.mjs";
import { accountOf, asked, dunwell, today } from "./workbench.mjs";

/** An account with much on its page. */
export const account = accountOf("anna", 0);
const { tasks } = asked("worklist", "--on", today);
const withA = (kind) => tasks.find((task) => task.kind === kind).account;
const home = `/accounts/${account}`;
/** A receipt about which that is asked. */
const exception = (question) => asked("exceptions", "--question", question).exceptions[0]?.receipt ?? asked("exceptions").exceptions[0].receipt;
paidBack();
// The demo has no administrator.
if (!asked("user", "list").users.some((user) => user.name === "ada")) dunwell("user", "add", "ada", "--role", "admin");

/**
 * The screens: who looks at it, its pattern in routes.rs, its address (or `from`: a page, and the link on it that leads there),
 * and what is done there before it is looked at.
 */
export const screens = [
  { name: "sign-in", who: null, route: "/sign-in", path: "/sign-in" },
  { name: "one-time link", who: null, route: "/sign-in/link/{token}", path: "/sign-in/link/none" },
  { name: "worklist", who: "maria", route: "/", path: "/?view=all&of=carla" },
  { name: "worklist with nothing on it", who: "maria", route: "/", path: "/?of=nobody" },
  { name: "worklist narrowed, with a view of one's own", who: "maria", route: "/", path: "/?view=all&of=anna&days=30&least=100", ready: unfold },
  { name: "team", who: "maria", route: "/team", path: "/team" },
  { name: "handing a task over", who: "maria", route: "/hand-over", path: `/hand-over?account=${account}` },
  { name: "handing everything over as a dialog", who: "maria", route: "/hand-over", path: "/team", ready: sheet("Hand over") },
  { name: "one's own views", who: "maria", route: "/views", path: "/views", ready: keepView },
  { name: "shortcuts", who: "maria", route: "/", path: "/?of=anna", ready: (page) => page.evaluate(() => document.querySelector("#keys").showModal()) },
  { name: "user's menu", who: "maria", route: "/", path: "/?of=anna", ready: (page) => page.locator(".who summary").click() },
  { name: "account", who: "maria", route: "/accounts/{code}", path: home, ready: unfold },
  { name: "call sheet as a page", who: "maria", route: "/accounts/{code}/call", path: `${home}/call`, ready: unfold },
  { name: "call sheet as a dialog", who: "maria", route: "/accounts/{code}/call", path: home, ready: sheet("Call") },
  { name: "promise", who: "maria", route: "/accounts/{code}/promise", path: `${home}/promise`, ready: unfold },
  { name: "promise as a dialog", who: "maria", route: "/accounts/{code}/promise", path: home, ready: sheet("Promise") },
  { name: "dispute", who: "maria", route: "/accounts/{code}/dispute", path: `${home}/dispute`, ready: unfold },
  { name: "end of a dispute", who: "maria", route: "/accounts/{code}/disputes/{id}", from: [`/accounts/${withA("dispute_follow_up")}`, "a[href*='/disputes/']"] },
  { name: "note", who: "maria", route: "/accounts/{code}/note", path: `${home}/note` },
  { name: "putting off", who: "maria", route: "/accounts/{code}/snooze", path: `${home}/snooze` },
  { name: "done", who: "maria", route: "/accounts/{code}/done", from: [`/accounts/${withA("missing_contact")}`, "a[href*='/done?']"] },
  { name: "stopping contact", who: "maria", route: "/accounts/{code}/hold", path: `${home}/hold` },
  { name: "new person", who: "maria", route: "/accounts/{code}/contacts/new", path: `${home}/contacts/new` },
  { name: "person", who: "maria", route: "/accounts/{code}/contacts/{id}", from: [home, "a[href*='/contacts/']:not([href$='/new'])"] },
  { name: "papers of an account", who: "maria", route: "/accounts/{code}/attachments", path: `${home}/attachments` },
  { name: "statement", who: "maria", route: "/accounts/{code}/statement", path: `${home}/statement` },
  { name: "accounts", who: "maria", route: "/accounts", path: "/accounts" },
  { name: "search", who: "maria", route: "/search", path: "/search?q=cedar" },
  { name: "search without a find", who: "maria", route: "/search", path: "/search?q=zzzz" },
  { name: "cash", who: "maria", route: "/cash", path: "/cash" },
  { name: "cash with nothing like that", who: "maria", route: "/cash", path: "/cash?question=paid_before&order=amount" },
  { name: "a receipt with proposals", who: "maria", route: "/cash/{id}", path: `/cash/${exception("short")}`, ready: tick },
  { name: "a receipt of nobody, looked for", who: "maria", route: "/cash/{id}", path: `/cash/${exception("short")}?find=cedar`, ready: unfold },
  { name: "a receipt, only to look at", who: "quinn", route: "/cash/{id}", path: `/cash/${exception("short")}` },
  { name: "bank files", who: "maria", route: "/cash/files", path: "/cash/files", ready: unfold },
  { name: "a bank's file that was sent, with wrong totals", who: "maria", route: "/import/{token}", path: wrongBankFile },
  { name: "a credit on an account", who: "maria", route: "/accounts/{code}/credits/{id}", from: [`/accounts/${withA("apply_cash")}`, "a[href*='/credits/']"], ready: tick },
  { name: "a credit that pays somebody else", who: "maria", route: "/accounts/{code}/credits/{id}", from: [`/accounts/${withA("apply_cash")}`, "a[href*='/credits/']"], ready: paysSomebodyElse },
  { name: "remittances that wait", who: "maria", route: "/cash/remittances", path: "/cash/remittances" },
  { name: "taking in an advice of a receipt", who: "maria", route: "/cash/remittances", path: `/cash/remittances?receipt=${exception("short")}` },
  { name: "money that took a receipt back", who: "maria", route: "/cash/returns", path: "/cash/returns?state=taken_back" },
  { name: "moving a credit", who: "maria", route: "/accounts/{code}/transfer", from: [`/accounts/${withA("apply_cash")}`, "a[href*='/transfer?']"] },
  { name: "a bank's file that is none", who: "maria", route: "/import/{token}", path: noBankFile },
  { name: "money that went back", who: "maria", route: "/cash/returns", path: "/cash/returns" },
  { name: "money that no customer paid", who: "maria", route: "/cash/aside", path: "/cash/aside" },
  { name: "refunds", who: "maria", route: "/refunds", path: "/refunds" },
  { name: "write-offs", who: "maria", route: "/write-offs", path: "/write-offs" },
  { name: "small balances", who: "maria", route: "/write-offs/small", path: "/write-offs/small?below=500&older_than_days=0", ready: unfold },
  { name: "asking for a refund", who: "maria", route: "/accounts/{code}/refund", from: [`/accounts/${withA("apply_cash")}`, "a[href*='/refund?']"], ready: unfold },
  { name: "writing off", who: "maria", route: "/accounts/{code}/write-off", from: [home, "a[href*='/write-off?']"], ready: unfold },
  { name: "approvals", who: "maria", route: "/approvals", path: "/approvals" },
  { name: "one approval", who: "maria", route: "/approvals/{id}", from: ["/approvals", "a[data-row]"] },
  { name: "aging", who: "maria", route: "/aging", path: "/aging" },
  { name: "lines of an aging", who: "maria", route: "/aging/lines", from: ["/aging", "a[href^='/aging/lines']"] },
  { name: "journal", who: "quinn", route: "/journal", path: "/journal" },
  { name: "letters", who: "maria", route: "/documents", path: "/documents" },
  { name: "papers by file name", who: "maria", route: "/papers", path: "/papers" },
  { name: "one letter", who: "maria", route: "/documents/notices/{id}", from: ["/documents", "a[href^='/documents/notices/']:not([href$=pdf])"] },
  { name: "policy", who: "maria", route: "/policy", path: "/policy" },
  { name: "policy being changed", who: "maria", route: "/policy/edit", path: "/policy/edit" },
  { name: "policy as a form", who: "maria", route: "/policy/form", path: "/policy/form?from=strict", ready: unfold },
  { name: "policy as a form, with problems", who: "maria", route: "/policy/form", path: "/policy/form", ready: wrongPolicy },
  { name: "import", who: "maria", route: "/import", path: "/import" },
  { name: "file that was sent", who: "maria", route: "/import/{token}", path: sentFile, ready: unfold },
  { name: "undoing an import", who: "maria", route: "/imports/{id}/undo", from: ["/import", "a[href$='/undo']"] },
  { name: "set-up of a new book", who: null, route: "/setup/{token}", path: freshBook },
  { name: "settings", who: "maria", route: "/settings", path: "/settings" },
  { name: "own sign-in", who: "maria", route: "/settings/me", path: "/settings/me" },
  { name: "first step: you", who: "ada", route: "/setup/step/{step}", path: "/setup/step/you" },
  { name: "second step: a file", who: "ada", route: "/setup/step/{step}", path: "/setup/step/file" },
  { name: "third step: the policy", who: "ada", route: "/setup/step/{step}", path: "/setup/step/policy" },
  { name: "status", who: "maria", route: "/status", path: "/status" },
  { name: "a page that is not there", who: "maria", route: null, path: "/nowhere", status: 404 },
  { name: "a customer who is not there", who: "maria", route: null, path: "/accounts/NOBODY", status: 404 },
  { name: "what one may not do", who: "quinn", route: null, path: `${home}/call`, status: 403 },
];

/** Addresses that are read and are no screens: fragments of a screen, files, streams, and what machines ask. */
export const noScreen = (route) =>
  /^\/(assets|export)\/|\/preview$|\.(pdf|csv|txt|xlsx|html|ico|zip)$|^\/(healthz|readyz|metrics)$|^\/api\//.test(route) ||
  ["/accounts/{code}/attachments/{id}", "/refunds/files/{id}", "/events"].includes(route) ||
  // The way to the organisation's sign-in and back, which provider.test.mjs goes.
  /\/provider(\/|$)/.test(route);

/** Goes to a screen and makes it ready; answers the status it answered with. */
export async function show(page, screen) {
  let { path } = screen;
  if (screen.from) {
    await page.goto(screen.from[0]);
    path = await page.locator(screen.from[1]).first().getAttribute("href", { timeout: 3000 });
  }
  if (typeof path === "function") path = await path(page);
  const answer = await page.goto(path);
  await page.evaluate(() => document.fonts.ready);
  await screen.ready?.(page);
  return answer.status();
}

/** Pays a little of a credit back by a payment file and gives up a little of a debt, so that there is something in the tables. */
function paidBack() {
  if (asked("refund", "files").files.length > 0) return;
  const folder = mkdtempSync(join(tmpdir(), "dunwell-paid-"));
  writeFileSync(join(folder, "own.toml"), '[pays_from.transfer]\nname = "Seller"\niban = "DE02120300000000202051"\n');
  dunwell("settings", join(folder, "own.toml"));
  const items = (of) => asked("account", of, "--on", today).currencies.flatMap((sums) => sums.items);
  const credited = withA("apply_cash");
  const credit = items(credited).find((item) => Number(item.open.amount) < 0).document;
  const whom = ["--payee", "Cedar Hill Wholesale Grocery and Sons", "--iban", "DE89370400440532013000"];
  const { request } = asked("--as", "anna", "refund", "request", credited, credit, "1.00", ...whom, "--on", today);
  dunwell("--as", "maria", "approve", request, "--on", today);
  dunwell("--as", "maria", "refund", "file", "--output", folder, "--on", today);
  const debt = items(account).find((item) => Number(item.open.amount) > 2).document;
  const given = asked("--as", "anna", "write-off", "item", account, debt, "1.00", "--on", today);
  if (given.request) dunwell("--as", "maria", "approve", given.request, "--on", today);
}

/** Sends a file to be looked at, and gives the address of what it would do. */
async function sentFile(page) {
  await page.goto("/import");
  const text = "account,account_name,document,kind,document_date,due_date,currency,amount\nC-NEW,New Foods,INV-NEW,invoice,2026-11-01,2026-12-01,USD,12.00\nC-NEW,New Foods,INV-BAD,invoice,never,2026-12-01,USD,1.00\n";
  await page.getByLabel("What it holds").selectOption("invoices");
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "new.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.waitForURL(/\/import\/./);
  return page.url();
}

/** Sends a bank's file that does not add up, and gives the address of what it tells. */
async function wrongBankFile(page) {
  await page.goto("/cash");
  const text = "01,BANK,US,261120,0800,1,,,2/\n02,US,BANK,1,261120,,USD,2/\n03,123456,USD,,,,/\n16,165,7700,0,Y1,,WRONG TOTALS\n49,7705,3/\n98,7705,1,5/\n99,7705,1,7/\n";
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "wrong.bai", mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.waitForURL(/\/import\/./);
  return page.url();
}

/** Sends what no bank sends, and gives the address of what it tells. */
async function noBankFile(page) {
  await page.goto("/cash");
  await page.getByLabel("File", { exact: true }).setInputFiles({ name: "none.bai", mimeType: "text/plain", buffer: Buffer.from("\u0001\u0002 nothing") });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.waitForURL(/\/import\/./);
  return page.url();
}

/** Pays the first line a little, so that it is short. */
async function tick(page) {
  await page.locator("main tr .pays").first().fill("1.00");
}

/** Looks for another customer whose lines a credit pays. */
async function paysSomebodyElse(page) {
  await page.getByLabel("It pays somebody else").fill(account);
  await page.getByRole("button", { name: "Look", exact: true }).click();
  await page.getByRole("heading", { name: `What ${account} has open` }).waitFor();
  await tick(page);
}

/** Types what is wrong into the form of the policy, so that problems stand at their fields. */
async function wrongPolicy(page) {
  await page.getByLabel("Quiet days after a contact").first().fill("soon");
  await page.getByRole("button", { name: "Check and try" }).first().click();
  await page.locator("#problems").waitFor();
}

/** Keeps a view, so that the page of views has something on it. */
async function keepView(page) {
  await page.goto("/?view=all&of=anna&days=30");
  await page.getByText("Keep this view").click();
  await page.getByLabel("Name of the view").fill("Anna, a month late");
  await page.getByRole("button", { name: "Keep", exact: true }).click();
  await page.getByRole("link", { name: "Anna, a month late" }).waitFor();
  await page.goto("/views");
}

/** Opens what is folded away, so that it is looked at too. */
async function unfold(page) {
  await page.evaluate(() => document.querySelectorAll("main details").forEach((details) => (details.open = true)));
}

function sheet(name) {
  return async (page) => {
    await page.locator("main a[data-sheet]", { hasText: name }).first().click();
    await page.locator("dialog[open] form").waitFor();
  };
}
