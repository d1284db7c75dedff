"""Runs the desk and its peers on the same seeded book and prints one row a figure: ours, theirs, the ratio.

usage: compare.py SIZE… [press] [bank]   (called by bench/run in a folder that holds copies of the peers' scripts)
CPU seconds are user + system of the process that does the work, and of the database server where there is one
(DUNWELL_TEST_POSTGRES names it). Reports are the best of three tries.
"""
import csv, json, os, resource, subprocess, sys

import psutil
import pyarrow.csv

DUNWELL, DATA = os.environ["DUNWELL"], os.environ["AR_DATA"]
EXAMPLES = os.path.join(os.path.dirname(DUNWELL), "examples")
POSTGRES = os.environ.get("DUNWELL_TEST_POSTGRES")
AS_OF, RUN = "2025-09-30", "2025-12-31"


def cpu(command, cwd):
    """CPU seconds and standard output of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def peer(script, size, *arguments):
    """The figures a peer's script prints, one JSON object a line."""
    _, out = cpu([sys.executable, script, size, *arguments], ".")
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def write_files(size, folder):
    """The generator's tables as files of the canonical import profile; answers the rows of each."""
    read = lambda name: pyarrow.csv.read_csv(f"{DATA}/{size}/{name}.csv").to_pylist()
    money = lambda cents: f"{cents // 100}.{cents % 100:02d}"
    invoices = {row["id"]: row for row in read("invoices")}
    payments = {row["id"]: row for row in read("payments")}
    with open(f"{folder}/invoices.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["account", "document", "document_date", "due_date", "currency", "amount"])
        for row in invoices.values():
            out.writerow([f"C{row['customer_id']:07d}", row["number"], row["issue_date"], row["due_date"], "USD", money(row["amount"])])
    with open(f"{folder}/payments.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["account", "document", "document_date", "currency", "amount"])
        for row in payments.values():
            out.writerow([f"C{row['customer_id']:07d}", f"P{row['id']}", row["pay_date"], "USD", money(row["amount"])])
    with open(f"{folder}/applications.csv", "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["account", "credit", "invoice", "date", "currency", "amount"])
        allocations = read("allocations")
        for row in allocations:
            invoice = invoices[row["invoice_id"]]
            out.writerow([f"C{invoice['customer_id']:07d}", f"P{row['payment_id']}", invoice["number"], row["alloc_date"], "USD", money(row["amount"])])
    return {"invoices": len(invoices), "payments": len(payments), "applications": len(allocations)}


def server_cpu():
    """CPU seconds of every PostgreSQL server process so far; 0 where there is none."""
    spent = 0
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            try:
                times = process.cpu_times()
                spent += times.user + times.system + times.children_user + times.children_system
            except psutil.Error:
                pass
    return spent


class Desk:
    """The product on one book: every call answers its CPU seconds, those of the database server among them."""

    def __init__(self, folder, url):
        self.folder, self.url, self.server = folder, url, url.startswith("postgres")

    def __call__(self, *arguments):
        before = server_cpu() if self.server else 0
        spent, out = cpu([DUNWELL, "--book", self.url, *arguments, "--json"], self.folder)
        return spent + (server_cpu() - before if self.server else 0), json.loads(out) if out.startswith("{") else {}


def row(size, what, ours, theirs, note=""):
    ratio = f"{ours / theirs:8.2f}" if theirs else "       -"
    print(f"{size:>16}  {what:<46} {ours:10.4f} {theirs or 0:10.4f} {ratio}  {note}", flush=True)


def measure(size):
    if not os.path.exists(f"{DATA}/{size}/invoices.csv"):
        cpu([sys.executable, "gen.py", size], ".")
    load = [f for f in peer("sqlite_bench.py", size, "W1") if f.get("work") == "W1"]
    plain_load = max((f["rows"] / f["cpu_s"] for f in load if f.get("cpu_s")), default=0)
    kept = {f["what"]: f for f in peer("kept_bench.py", size)}
    columnar = {(engine, work): peer("columnar_bench.py", engine, size, work)
                for engine in ["duckdb", "polars", "datafusion"] for work in ["W2", "W3"]}
    folder = f"book-{size}"
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        os.remove(f"{folder}/{name}")
    rows = write_files(size, folder)
    books = {"SQLite": "sqlite:dunwell.db"}
    if POSTGRES:
        books["PostgreSQL"] = f"{POSTGRES}#bench-{size}-{os.getpid()}"
    for database, url in books.items():
        measure_book(f"{size} {database}", Desk(folder, url), rows, plain_load, kept)
    for (engine, work), figures in columnar.items():
        for figure in figures:
            row(size, f"{work} {engine} over Parquet, CPU s", figure["cpu_s"], 0)
    questions = cpu([f"{EXAMPLES}/facts_speed", "sqlite:dunwell.db", RUN, "5000"], folder)[1]
    theirs = next(f for f in kept.values() if f["work"] == "W6")["p50_us"]
    row(size, "W6 facts of one account, p50 in us", json.loads(questions)["p50_us"], theirs, "aim <= 100 us")


def measure_book(label, desk, rows, plain_load, kept):
    desk("init", *(["--name", desk.url.rsplit("#")[-1]] if "#" in desk.url else []))
    total, read = 0, 0
    for kind in ["invoices", "payments", "applications"]:
        spent, report = desk("import", kind, f"{kind}.csv")
        assert report["accepted"] == rows[kind], report
        total, read = total + spent, read + rows[kind]
        row(label, f"W1 import {kind}, rows per CPU second", rows[kind] / spent, plain_load)
    row(label, "W1 import of everything", read / total, plain_load, "aim >= 0.15")
    start = min(desk("--version")[0] for _ in range(3))
    for day, key in [(RUN, "aging as of today, partial index"), (AS_OF, "aging as of D (3 months back), open now + later allocations rolled back")]:
        best = min(desk("aging", "--on", day)[0] for _ in range(3)) - start
        row(label, f"W2 aging on {day}, CPU s", best, kept[key]["cpu_s"], "aim <= 2")
    spent, run = desk("run", "--on", RUN)
    row(label, "W3 run, CPU s", spent - start, kept["dunning from kept open amounts, blocked excluded, durable"]["cpu_s"],
        f"aim <= 10; {run['accounts']} accounts, {run['notices']} notices")
    spent, report = desk("verify")
    row(label, "verify, CPU s", spent, 0, "sound" if report["ok"] else "NOT SOUND")


def measure_press():
    """Pages per CPU second, beside typst alone; each less what starting up and a first page cost."""
    def rate(which):
        first = cpu([f"{EXAMPLES}/press_speed", which, "10"], ".")[0]
        spent, out = cpu([f"{EXAMPLES}/press_speed", which, "510"], ".")
        return 500 / (spent - first), out
    row("", "statements of one page per CPU second", rate("ours")[0], rate("bare")[0], "aim >= 0.9")
    print(cpu([f"{EXAMPLES}/press_speed", "ours", "10000"], ".")[1])


print(f"{'size':>16}  {'figure':<46} {'ours':>10} {'peer':>10} {'ratio':>8}")
for size in [argument for argument in sys.argv[1:] if argument not in ("press", "bank")]:
    measure(size)
if "press" in sys.argv[1:]:
    measure_press()
if "bank" in sys.argv[1:]:
    print(cpu([f"{EXAMPLES}/bank_speed"], ".")[1].strip())
