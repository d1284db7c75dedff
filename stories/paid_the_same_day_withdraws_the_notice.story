# Cash that comes in after the run supersedes the day's decision: the notice is withdrawn, the reason is the cash.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  receipt   ACME R-1 900.00 USD
2025-03-13  run       ACME wait: apply the cash first: 900.00 unapplied covers 900.00 (N-4)
2025-03-13  notices   ACME reminder of 2025-03-13 900.00 withdrawn 2025-03-13
2025-03-13  reverse   ACME R-1
2025-03-13  run       ACME wait: reminder not before 2025-03-14 (N-6); one notice a day
2025-03-14  run       ACME take: reminder (mail) INV-1, 4 days past due
2025-03-14  notices   ACME reminder of 2025-03-13 900.00 withdrawn 2025-03-13; reminder of 2025-03-14 900.00 sent 2025-03-14
