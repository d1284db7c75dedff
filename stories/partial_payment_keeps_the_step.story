# A partial payment neither resets the ladder nor stops it: the rest goes on to the next step.
calendar    mon-fri
policy      standard
2025-01-06  invoice   ACME INV-1 4,000.00 USD due 2025-02-03
2025-02-06  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-02-14  receipt   ACME R-1 1,500.00 USD
2025-02-14  apply     ACME R-1 to INV-1
2025-02-18  run       ACME take: second_reminder (mail) INV-1, 15 days past due
2025-02-18  notices   ACME reminder of 2025-02-06 4000.00 sent 2025-02-06; second_reminder of 2025-02-18 2500.00 sent 2025-02-18
2025-02-18  aging     USD 1-30 2500.00, balance 2500.00 USD
