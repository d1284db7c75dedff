# Half of what was promised comes in: the rest is chased again, as a promise broken.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-18  promise   ACME 900.00 by 2025-03-26
2025-03-26  receipt   ACME R-1 450.00 USD
2025-03-26  apply     ACME R-1 to INV-1
2025-03-27  run       ACME wait: promised through 2025-03-27 (N-3)
2025-03-28  run       ACME take: second_reminder (mail) INV-1, 18 days past due; promise of 900.00 broken, 450.00 of it paid
