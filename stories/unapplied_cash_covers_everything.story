# N-4: cash on account that covers what is past due stops the chase; a task asks to apply it first.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-12  receipt   ACME R-1 900.00 USD
2025-03-13  run       ACME wait: apply the cash first: 900.00 unapplied covers 900.00 (N-4)
2025-03-13  tasks     ACME apply_cash since 2025-03-13
2025-03-13  aging     USD 1-30 900.00, unapplied -900.00, balance 0.00 USD
2025-03-14  apply     ACME R-1 to INV-1
2025-03-14  run nothing new
2025-03-14  worklist nothing to do
