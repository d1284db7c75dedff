# N-5: less than 25.00 is not chased; one cent more and it is.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 24.99 USD due 2025-03-10
2025-03-13  run       ACME wait: 24.99 is below the minimum of 25.00 (N-5)
2025-03-14  debit_memo ACME DM-1 0.01 USD due 2025-03-10
2025-03-14  run       ACME take: reminder (mail) INV-1 DM-1, 4 days past due
