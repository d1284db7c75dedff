# F-6: an invoice of January that is due in April is not a day late in March.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 900.00 USD due 2025-04-01
2025-03-31  run       ACME wait: nothing past due (N-1)
2025-04-01  run       ACME wait: nothing past due (N-1)
2025-04-04  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-04-04  aging     USD 1-30 900.00, balance 900.00 USD
