// How long it takes from J to the other account's preview, in a browser: p50 and p90 of many presses.
//
//   scripts/browser-tests --script bench/workbench.mjs [PRESSES]
//
// At reading pace the next five previews are there already; with J held down the presses overtake what is fetched ahead.
import { browser, signedIn } from "./workbench.mjs";

const presses = Number(process.argv[2] ?? 100);
const chrome = await browser();
const page = await signedIn(chrome, "maria");

/** Presses J, each time as soon as the last preview stands, and gives the milliseconds of each press, sorted. */
async function measured(pause) {
  await page.goto("/?view=all&of=all");
  await page.locator("tr.on [data-row]").focus();
  await page.waitForTimeout(1500);
  const taken = await page.evaluate(async ({ presses, pause }) => {
    const shown = () => document.querySelector("#preview [data-account]")?.dataset.account;
    const wanted = () => document.querySelector("tr.on").dataset.account;
    const taken = [];
    for (let press = 0; press < presses; press += 1) {
      const before = wanted();
      const start = performance.now();
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
      if (wanted() === before) {
        if (shown() === before) break; // The end of the list, or another line of the same account.
        continue;
      }
      while (shown() !== wanted() && performance.now() - start < 5000) await new Promise((done) => setTimeout(done, 0));
      taken.push(performance.now() - start);
      await new Promise((done) => setTimeout(done, pause));
    }
    return taken;
  }, { presses, pause });
  return taken.sort((a, b) => a - b);
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1);
const told = (name, sorted) => console.log(`${name.padEnd(34)} n ${sorted.length}  p50 ${at(sorted, 0.5)} ms  p90 ${at(sorted, 0.9)} ms`);

told("J to preview, at reading pace", await measured(150));
told("J to preview, J held down", await measured(0));
await chrome.close();
