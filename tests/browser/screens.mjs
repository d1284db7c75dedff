// Every screen of the workbench: the one list that the tests of this folder, and the pictures, go by. A page of routes.rs that
// is neither here nor under `notScreens` fails a test.
import { accountOf } from "./workbench.mjs";

/** An account whose page has much on it. */
export const account = accountOf("anna", 0);

/** The screens: who looks, the address, the pattern in routes.rs it is one of, and what is done there first. */
export const screens = [
  { name: "sign-in", who: null, path: "/sign-in", route: "/sign-in" },
  { name: "one-time link", who: null, path: "/sign-in/link/none", route: "/sign-in/link/{token}" },
  { name: "worklist", who: "maria", path: "/?view=all&of=all", route: "/" },
  { name: "empty worklist", who: "maria", path: "/", route: "/" },
  { name: "shortcuts", who: "maria", path: "/?of=ben", route: "/", ready: (page) => page.evaluate(() => document.querySelector("#keys").showModal()) },
  { name: "user's menu", who: "maria", path: "/?of=ben", route: "/", ready: (page) => page.locator(".who summary").click() },
  { name: "account", who: "maria", path: `/accounts/${account}`, route: "/accounts/{code}" },
  { name: "call sheet as a page", who: "anna", path: `/accounts/${account}/call`, route: "/accounts/{code}/call" },
  { name: "call sheet as a dialog", who: "anna", path: `/accounts/${account}`, route: "/accounts/{code}/call", ready: openCall },
];

/** Addresses that are read by GET and are no screens: fragments of a screen above, files, streams. */
export const notScreens = [
  "/assets/{hash}/{name}",
  "/favicon.ico",
  "/accounts/{code}/preview",
];

async function openCall(page) {
  await page.locator("main a[data-sheet]", { hasText: "Call" }).first().click();
  await page.locator("dialog[open] form").waitFor();
}
