// The keyboard, the preview beside the worklist, and dialogs. Without this file every page works by links and forms.
const all = (what, from = document) => [...from.querySelectorAll(what)];
const one = (what, from = document) => from.querySelector(what);
const sheet = one("#sheet"), keys = one("#keys");
document.documentElement.classList.add("js");

// Rows: the one that has the focus is the chosen one; its preview and those after it are fetched ahead.
const rows = () => all("[data-row]");
const fetched = new Map();
function ahead(from) {
  for (const row of rows().slice(from, from + 5)) {
    const path = row.getAttribute("hx-get");
    if (path && !fetched.has(path)) fetched.set(path, fetch(path, { headers: { "HX-Request": "true" } }).then((r) => (r.ok ? r.text() : (fetched.delete(path), null))));
  }
}
function choose(row) {
  for (const on of all("tr.on")) on.classList.remove("on");
  row.closest("tr").classList.add("on");
  ahead(rows().indexOf(row) + 1);
}
addEventListener("focusin", (event) => event.target.matches?.("[data-row]") && choose(event.target));
// A preview that is here already is shown at once, and htmx need not ask for it.
document.addEventListener("htmx:config:request", async (event) => {
  const row = event.target;
  if (!row.matches?.("[data-row]")) return;
  const text = fetched.get(row.getAttribute("hx-get"));
  if (!text) return;
  event.preventDefault();
  const html = await text;
  if (html !== null && document.activeElement === row) { one("#preview").innerHTML = html; htmx.process(one("#preview")); }
}, true);
function move(by) {
  const list = rows();
  if (!list.length) return;
  const here = list.findIndex((row) => row.closest("tr").classList.contains("on"));
  const focused = list.includes(document.activeElement);
  list[Math.min(list.length - 1, Math.max(0, focused ? here + by : here))].focus();
}

// A form opens as a dialog over the page; without a script its address is a page of its own.
async function open(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) return location.assign(address);
  sheet.innerHTML = await answer.text();
  const back = one("[name=back]", sheet);
  if (back) back.value = after_saving();
  if (!sheet.open) sheet.showModal();
  take(one("form[data-takes]", sheet), "takes");
  one("input:checked, input:not([type=hidden]), textarea", sheet)?.focus();
}
// Where to go once a sheet is saved: on the worklist to the next account of the list, elsewhere back to this page.
function after_saving() {
  const here = new URL(location.href);
  const list = [...new Set(all("tr[data-account]").map((row) => row.dataset.account))];
  const at = list.indexOf(one("tr.on")?.dataset.account);
  if (one("#worklist") && at >= 0) here.searchParams.set("at", list[at + 1] ?? list[at]);
  return here.pathname + here.search;
}
// A sheet is sent without leaving the page: what is refused is said in the sheet, and nothing typed is lost.
async function send(form, button) {
  const values = new FormData(form, button);
  const body = form.enctype === "multipart/form-data" ? values : new URLSearchParams(values);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  const place = answer?.headers.get("Dunwell-Location");
  if (place) return place === location.pathname + location.search ? location.reload() : location.assign(place);
  if (answer?.redirected) return location.assign(answer.url);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const refused = page && (one("#refused", page) ?? one("[role=alert] p", page));
  one("#refused", form)?.remove();
  for (const field of all("[aria-invalid]", form)) field.removeAttribute("aria-invalid");
  const said = document.createElement("span"), field = form.elements.namedItem(page && one("[aria-invalid]", page)?.name || "-");
  said.id = "refused"; said.className = "problem"; said.setAttribute("role", "alert"); said.tabIndex = -1;
  said.textContent = page ? refused?.textContent ?? "This was not done." : "The server cannot be reached. Nothing was recorded.";
  if (field?.after) { field.after(said); field.setAttribute("aria-invalid", "true"); field.setAttribute("aria-describedby", `refused ${field.getAttribute("aria-describedby") ?? ""}`); } else one(".body", form).prepend(said);
  (field?.after ? field : said).focus();
  setTimeout(() => all("button", form).forEach((b) => (b.disabled = false)));
}
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-sheet]")) {
    event.preventDefault();
    const place = new URL(event.submitter?.getAttribute("formaction") ?? form.getAttribute("action"), location.href);
    place.search = new URLSearchParams(new FormData(form));
    open(place);
    setTimeout(() => all("button", form).forEach((b) => (b.disabled = false)));
  } else if (form.closest("#sheet") && form.method === "post") { event.preventDefault(); send(form, event.submitter); }
});
// The sum of the lines that are ticked.
function sum(form) {
  const picked = all("[data-minor]:checked, [data-pick]:checked").filter((box) => box.form === form);
  const output = one("output", form), { sum: currency, exponent } = output.dataset;
  form.classList.toggle("any", picked.length > 0);
  if (!currency) { output.textContent = picked.length === 0 ? "Tick rows to hand them over." : `${picked.length} ticked`; return; }
  const total = picked.reduce((minor, box) => minor + Number(box.dataset.minor), 0) / 10 ** Number(exponent);
  form.classList.toggle("any", picked.length > 0);
  output.textContent = picked.length === 0 ? "Tick lines to act on them."
    : `${picked.length} chosen, ${total.toLocaleString("en-US", { style: "currency", currency })}`;
}
addEventListener("change", (event) => event.target.matches("[data-minor], [data-pick]") && sum(event.target.form));
addEventListener("pageshow", () => all("form[data-sheet]").forEach(sum));
addEventListener("click", (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (link && !event.ctrlKey && !event.metaKey) { event.preventDefault(); open(link.href); }
  if (event.target.closest("[data-close]") && sheet.open) { event.preventDefault(); sheet.close(); }
  const row = event.target.closest("tr[data-account]");
  if (row && !event.target.closest("a, input, button")) one("[data-row]", row).focus();
  if (event.target.closest("[data-key='?']")) keys.showModal();
});
addEventListener("change", (event) => event.target.matches("[data-submits]") && event.target.form.requestSubmit());
// What is sent is sent once; the server would answer a second time alike.
addEventListener("submit", (event) => setTimeout(() => all("button", event.target).forEach((b) => (b.disabled = true))));
addEventListener("pageshow", () => all("form button").forEach((b) => (b.disabled = false)));
// Somebody who goes back sees the form that was sent, under the number it was sent with: sending it again adds nothing.
addEventListener("submit", (event) => {
  const number = one("[name=once]", event.target);
  if (number) history.replaceState({ ...history.state, sent: [event.target.action, number.value] }, "");
});
addEventListener("pageshow", () => {
  const [to, value] = history.state?.sent ?? [];
  if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  for (const form of all("main form")) if (form.action === to) one("[name=once]", form).value = value;
});

// Keys, never while typing, and not at all where they are switched off.
const off = one("#keys-off");
if (off) {
  off.checked = localStorage.getItem("keys") === "off";
  off.addEventListener("change", () => localStorage.setItem("keys", off.checked ? "off" : "on"));
}
let after = null;
addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return event.target.form?.requestSubmit();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || off?.checked) return;
  const key = event.key.toLowerCase();
  if (key === "x" && !sheet?.open && !keys?.open) { const box = one("tr.on :is([data-pick], [data-pays])"); if (box) { event.preventDefault(); box.click(); } return; }
  if (sheet?.open) {
    const outcome = all("[name=outcome]", sheet)[Number(key) - 1];
    if (outcome) { outcome.checked = true; outcome.focus(); }
    return;
  }
  if (keys?.open) return;
  if (after === "g") { after = null; one(`[data-go="${key}"]`)?.click(); return; }
  if (key === "g") { after = "g"; setTimeout(() => (after = null), 1200); return; }
  if (key === "j" || (key === "arrowdown" && event.target.matches("[data-row]"))) { event.preventDefault(); return move(1); }
  if (key === "k" || (key === "arrowup" && event.target.matches("[data-row]"))) { event.preventDefault(); return move(-1); }
  if (key === "/") { event.preventDefault(); return one("#search")?.focus(); }
  if (key === "?") return keys.showModal();
  if (key === " " && event.target.matches("a, button, input, summary, [tabindex]")) return;
  const act = one(`#preview [data-key="${key}"]`) ?? one(`main [data-key="${key}"]`);
  if (act) { event.preventDefault(); act.click(); }
});
const first = one("tr.on [data-row]");
if (first) { ahead(rows().indexOf(first)); if (document.activeElement === document.body && !one("[autofocus]")) first.focus({ preventScroll: true }); }

// The worklist is fetched anew when something was recorded, but never under the hands of somebody who types or has a sheet
// open. A page nobody sees does not listen, and is brought up to date when it is seen again.
let news = null, stale = false;
async function renew() {
  const busy = sheet?.open || keys?.open || document.activeElement?.matches("input, textarea, select");
  if (!stale || busy || document.hidden) return;
  stale = false;
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = one("#worklist"), next = one("#worklist", page);
  if (!now || !next) return;
  const at = one("tr.on", now)?.dataset.account, focused = now.contains(document.activeElement);
  const row = all("tr[data-account]", next).find((tr) => tr.dataset.account === at) ?? one("tr.on", next);
  for (const on of all("tr.on", next)) on.classList.remove("on");
  row?.classList.add("on");
  fetched.clear();
  const ticked = new Set(all("[data-pick]:checked", now).map((box) => box.value));
  for (const box of all("[data-pick]", next)) box.checked = ticked.has(box.value);
  now.replaceWith(next);
  all("form#ticked").forEach(sum);
  window.htmx?.process(next);
  if (focused && row) one("[data-row]", row).focus({ preventScroll: true });
  const peek = one("#preview"), path = row && one("[data-row]", row).getAttribute("hx-get");
  if (!path || peek.contains(document.activeElement)) return;
  const fresh = await fetch(path, { headers: { "HX-Request": "true" } });
  if (fresh.ok && one("tr.on")?.dataset.account === row.dataset.account) { peek.innerHTML = await fresh.text(); window.htmx?.process(peek); }
}
function listen() {
  if (document.hidden) { news?.close(); news = null; stale = true; return; }
  renew();
  if (news || !one("#worklist")) return;
  news = new EventSource("/events");
  news.addEventListener("worklist", () => { stale = true; renew(); });
  news.addEventListener("end", () => news.close());
}
addEventListener("visibilitychange", listen);
addEventListener("focusout", () => setTimeout(renew));
// Whoever takes an account, or lets it go, stays where they are.
addEventListener("submit", (event) => {
  if (!event.target.matches("form.take") || !one("#worklist")) return;
  const here = new URL(location.href);
  here.searchParams.set("at", one("tr.on")?.dataset.account ?? "");
  one("[name=back]", event.target).value = here.pathname + here.search;
}, true);
// A call sheet takes the account while it is open; left without saving it lets it go, after it was taken.
let taking = Promise.resolve();
function take(form, what) {
  if (!form) return;
  const body = new URLSearchParams({ csrf: one("[name=csrf]", form).value });
  if (what === "letsGo") body.set("off", "1");
  const send = () => fetch(form.dataset[what], { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => null);
  taking = taking.then(send);
}
sheet?.addEventListener("close", () => take(one("form[data-lets-go]", sheet), "letsGo"));
take(one("main form[data-takes]"), "takes");
sheet?.addEventListener("close", renew);
listen();
