// A receipt's form: what is ticked is counted as it is typed. The server counts again, and without this file it alone does.
const form = document.querySelector("#match");
const boxes = form ? [...form.querySelectorAll("[data-pays]")] : [];
if (boxes.length && form.dataset.left) {
  const { left, currency, exponent } = form.dataset;
  const unit = 10 ** Number(exponent);
  const output = form.querySelector("#difference"), rest = form.querySelector("[name=rest]");
  const row = (box) => box.closest("tr");
  const field = (box) => row(box).querySelector(".pays");
  const minor = (text) => Math.round(Number(text.replaceAll(",", "").trim() || 0) * unit);
  const plain = (amount) => (amount / unit).toFixed(Number(exponent));
  const said = (amount) => (Math.abs(amount) / unit).toLocaleString("en-US", { style: "currency", currency });
  const taken = () => boxes.reduce((sum, box) => sum + minor(field(box).value), 0);
  function count() {
    for (const box of boxes) {
      const pays = minor(field(box).value);
      row(box).classList.toggle("short", pays > 0 && pays < Number(box.dataset.pays));
      field(box).setAttribute("aria-invalid", String(Number.isNaN(pays) || pays < 0 || pays > Number(box.dataset.pays)));
    }
    const over = Number(left) - taken();
    form.classList.toggle("even", over === 0 && taken() > 0);
    output.textContent = Number.isNaN(over) ? "Difference: an amount cannot be read"
      : taken() === 0 ? `Not set against anything: ${said(over)}`
      : over === 0 ? `Difference ${said(0)}: all of it is set against lines`
      : over < 0 ? `Difference −${said(over)}: more is ticked than came in`
      : `Difference ${said(over)}: ${!rest || rest.checked ? "stays on account" : "tick more, or leave it on account"}`;
  }
  // A tick takes as much as both allow, in another currency the whole line; without the tick the line is paid nothing.
  for (const box of boxes) {
    box.addEventListener("change", () => {
      const room = Math.max(0, Number(left) - taken());
      const most = Number(box.dataset.pays), whole = "whole" in form.dataset;
      field(box).value = box.checked ? plain(whole ? most : Math.min(room || most, most)) : "";
      count();
    });
    field(box).addEventListener("input", () => { box.checked = field(box).value.trim() !== ""; count(); });
  }
  rest?.addEventListener("change", count);
  addEventListener("pageshow", count);
}
