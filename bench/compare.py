"""Runs the desk and its peers on the same seeded book and prints one row a figure: ours, theirs, the ratio.

usage: compare.py SIZE…   (called by bench/run in a folder that holds copies of the peers' scripts)
CPU seconds are user + system of the process that does the work. Every figure is the best of its tries.
"""
import csv, json, os, resource, subprocess, sys, time

import pyarrow.csv

DUNWELL, DATA = os.environ["DUNWELL"], os.environ["AR_DATA"]
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
    """The generator's tables as files of the canonical import profile."""
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
        for row in read("allocations"):
            invoice = invoices[row["invoice_id"]]
            out.writerow([f"C{invoice['customer_id']:07d}", f"P{row['payment_id']}", invoice["number"], row["alloc_date"], "USD", money(row["amount"])])
    return len(invoices), len(payments)


def row(size, what, ours, theirs, note=""):
    ratio = f"{ours / theirs:8.2f}" if theirs else "       -"
    print(f"{size:>5}  {what:<46} {ours:10.4f} {theirs or 0:10.4f} {ratio}  {note}", flush=True)


def measure(size):
    if not os.path.exists(f"{DATA}/{size}/invoices.csv"):
        cpu([sys.executable, "gen.py", size], ".")
    load = [f for f in peer("sqlite_bench.py", size) if f.get("work") == "W1"]
    kept = {f["what"]: f for f in peer("kept_bench.py", size)}
    folder = f"book-{size}"
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        os.remove(f"{folder}/{name}")
    invoices, payments = write_files(size, folder)
    cpu([DUNWELL, "init"], folder)
    spent, report = cpu([DUNWELL, "import", "invoices", "invoices.csv", "--json"], folder)
    assert json.loads(report)["accepted"] == invoices, report
    peers_rate = max((f["rows_per_s"] * f["wall_s"] / f["cpu_s"] for f in load if f.get("cpu_s")), default=0)
    row(size, "W1 import, rows per CPU second", invoices / spent, peers_rate, "aim >= 0.15")
    cpu([DUNWELL, "import", "payments", "payments.csv"], folder)
    cpu([DUNWELL, "import", "applications", "applications.csv"], folder)
    start = min(cpu([DUNWELL, "--version"], folder)[0] for _ in range(3))
    for day, key in [(RUN, "aging as of today, partial index"), (AS_OF, "aging as of D (3 months back), open now + later allocations rolled back")]:
        best = min(cpu([DUNWELL, "aging", "--on", day, "--json"], folder)[0] for _ in range(3)) - start
        row(size, f"W2 aging on {day}, CPU s", best, kept[key]["cpu_s"], "aim <= 2")
    spent, report = cpu([DUNWELL, "run", "--on", RUN, "--json"], folder)
    run = json.loads(report)
    row(size, "W3 run, CPU s", spent - start, kept["dunning from kept open amounts, blocked excluded, durable"]["cpu_s"],
        f"aim <= 10; {run['accounts']} accounts, {run['notices']} notices")
    spent, report = cpu([DUNWELL, "verify", "--json"], folder)
    row(size, "verify, CPU s", spent, 0, "sound" if json.loads(report)["ok"] else "NOT SOUND")


print(f"{'size':>5}  {'figure':<46} {'ours':>10} {'peer':>10} {'ratio':>8}")
for size in sys.argv[1:]:
    measure(size)
