# A promise that is kept on its day leaves nothing to chase and no mark against the customer.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-17  promise   ACME 900.00 by 2025-03-21
2025-03-20  run       ACME wait: promised through 2025-03-24 (N-3)
2025-03-21  receipt   ACME R-1 900.00 USD
2025-03-21  apply     ACME R-1 to INV-1
2025-03-24  run 2 days
2025-03-24  aging     USD balance 0.00 USD
