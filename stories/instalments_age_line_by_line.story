# Three instalments are three due lines: only what is due is chased, and paying the first lets the second start anew.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 3,000.00 USD terms 3 instalments net 30/60/90
2025-02-04  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-02-04  notices   ACME reminder of 2025-02-04 1000.00 sent 2025-02-04
2025-02-07  receipt   ACME R-1 1,000.00 USD
2025-02-07  apply     ACME R-1 to INV-1
2025-02-10  run       ACME wait: nothing past due (N-1)
2025-03-06  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-06  aging     USD not_due 1000.00, 1-30 1000.00, balance 2000.00 USD
