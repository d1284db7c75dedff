// Signing in by the organisation's own provider, there and back, against a real one.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { organisation, signInThere } from "./provider.mjs";
import { asked, browser, dunwell, link } from "./workbench.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let chrome, house;
before(async () => {
  [chrome, house] = await Promise.all([browser(), organisation({ unverified: ["ute"] })]);
  for (const [name, role] of [["ida", "admin"], ["lea", "collector"], ["ute", "collector"], ["nora", "manager"], ["olaf", "collector"]])
    dunwell("user", "add", name, "--role", role);
  for (const name of ["lea", "ute"])
    dunwell("user", "identity", "link", name, "--as", "ida", "--issuer", house.issuer, "--email", `${name}@example.com`);
});
after(async () => {
  await chrome?.close();
  house?.stop();
});

const fresh = async () => (await chrome.newContext({ baseURL: house.workbench, locale: "en-US" })).newPage();
const session = async (page) => (await page.context().cookies(house.workbench)).find((cookie) => cookie.name === "dunwell");
const linked = () => asked("user", "identity", "list").identities.filter((row) => row.subject).map((row) => row.user);

/** Sets out from the sign-in page and signs in there. */
async function signIn(page, who, from = "/sign-in") {
  await page.goto(from);
  await page.getByRole("link", { name: "Sign in with Example" }).click();
  await signInThere(page, who);
}

/** The address at the provider that a browser is sent to, before it goes there. */
async function setOut(page) {
  const answer = await page.request.get("/sign-in/provider", { maxRedirects: 0 });
  return answer.headers().location;
}

/** Signs in here by a one-time link. */
async function byLink(page, name) {
  await page.goto(link(name));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${house.workbench}/`);
}

async function accessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((rule) => `${rule.id} ${rule.nodes[0].html}`), []);
}

test("who is awaited by a verified address is linked by the first sign-in and led where they wanted to go", async () => {
  const page = await fresh();
  const back = page.waitForRequest((request) => request.url().includes("/sign-in/provider/back"));
  await page.goto("/accounts?q=a");
  assert.match(page.url(), /\/sign-in\?next=/);
  await accessible(page);
  await page.getByRole("link", { name: "Sign in with Example" }).click();
  await signInThere(page, "lea");
  await page.waitForURL(`${house.workbench}/accounts?q=a`);
  assert.ok(linked().includes("lea"));
  const [cookie] = [await session(page)];
  assert.ok(cookie.httpOnly && cookie.sameSite === "Lax");

  // The same way back a second time, by the same browser: it was good once.
  await page.goto((await back).url());
  assert.match(await page.getByRole("alert").innerText(), /not signed in[^]*used already/);
  await accessible(page);
  assert.equal((await session(page)).value, cookie.value, "who is signed in stays so");

  const again = await fresh();
  await signIn(again, "lea");
  await again.waitForURL(`${house.workbench}/`);
  const ours = (await again.context().cookies(house.workbench)).filter((cookie) => cookie.name.startsWith("dunwell"));
  assert.deepEqual(ours.map((cookie) => cookie.name), ["dunwell"], "nothing is left of the way there");
});

test("who is not linked, and who is awaited by an address that is not verified, is refused in words", async () => {
  for (const who of ["mallory", "ute"]) {
    const page = await fresh();
    await signIn(page, who);
    assert.match(await page.getByRole("alert").innerText(), /nobody here is linked/);
    assert.equal(await session(page), undefined);
  }
  assert.ok(!linked().includes("ute"));
});

test("another state, another browser and a refusal of the provider open nothing", async () => {
  const page = await fresh();
  const out = new URL(await setOut(page));
  out.searchParams.set("state", "x".repeat(22));
  await page.goto(out.href);
  await signInThere(page, "lea");
  assert.match(await page.getByRole("alert").innerText(), /another browser/);
  assert.equal(await session(page), undefined);

  // Somebody is led the way on which another browser set out, so that they come in as who began it.
  const [attacker, victim] = [await fresh(), await fresh()];
  await victim.goto(await setOut(attacker));
  await signInThere(victim, "lea");
  assert.match(await victim.getByRole("alert").innerText(), /another browser/);
  assert.equal(await session(victim), undefined);

  const cancelled = await fresh();
  await cancelled.goto("/sign-in");
  await cancelled.getByRole("link", { name: "Sign in with Example" }).click();
  await cancelled.getByRole("link", { name: /cancel/i }).click();
  assert.match(await cancelled.getByRole("alert").innerText(), /Example says no: access_denied/);
});

test("a sign-in leads to no other host", async () => {
  const page = await fresh();
  await signIn(page, "lea", "/sign-in?next=//evil.example/");
  await page.waitForURL(`${house.workbench}/`);
});

test("a person links themselves, proves by it who they are, and signs", async () => {
  const page = await fresh();
  await byLink(page, "nora");
  await page.goto("/settings/me");
  await accessible(page);
  await page.getByRole("button", { name: "Link Example" }).click();
  await page.getByRole("link", { name: "Go on to Example" }).click();
  await signInThere(page, "nora");
  await page.waitForURL(`${house.workbench}/settings/me?done=linked`);
  await accessible(page);
  assert.ok(linked().includes("nora"));

  // A link is no proof any more: there is something better.
  const later = await fresh();
  await byLink(later, "nora");
  const request = asked("approvals").approvals.at(-1).request;
  await later.goto(`/approvals/${request}`);
  await later.getByRole("button", { name: /^Approve/ }).click();
  await later.getByRole("link", { name: "Sign in again at your organisation" }).waitFor();
  await accessible(later);
  assert.ok(asked("approvals").approvals.some((row) => row.request === request), "nothing is recorded yet");
  await later.getByRole("link", { name: "Sign in again at your organisation" }).click();
  const before = (await session(later)).value;
  await signInThere(later, "nora");
  await later.waitForURL(`${house.workbench}/approvals/${request}`);
  assert.notEqual((await session(later)).value, before, "the session goes on under a new token");
  await later.getByRole("button", { name: /^Approve/ }).click();
  await later.waitForURL("**/approvals?done=approved");
  assert.ok(!asked("approvals").approvals.some((row) => row.request === request));
});

test("nobody proves by somebody else's sign-in, links it, or comes in after theirs was taken away", async () => {
  dunwell("user", "identity", "link", "olaf", "--as", "ida", "--issuer", house.issuer, "--subject", "olaf");
  const page = await fresh();
  await byLink(page, "olaf");
  await page.goto("/settings/me/provider/proof");
  await signInThere(page, "lea");
  assert.match(await page.getByRole("alert").innerText(), /somebody else came back/);

  dunwell("user", "identity", "unlink", "olaf", "--as", "ida");
  await page.goto("/");
  assert.match(page.url(), /\/sign-in/, "the session has ended");
  await byLink(page, "olaf");
  await page.goto("/settings/me");
  await page.getByRole("button", { name: "Link Example" }).click();
  await page.getByRole("link", { name: "Go on to Example" }).click();
  if (await page.locator("[name=login]").count()) await signInThere(page, "lea");
  assert.match(await page.getByRole("alert").innerText(), /linked to another user/);
  const other = await fresh();
  await signIn(other, "olaf");
  assert.match(await other.getByRole("alert").innerText(), /nobody here is linked/);
});
