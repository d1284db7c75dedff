# N-5: with a minimum of ten percent of all that is open, 99.99 of 1,000.00 waits and 100.00 does not.
calendar    mon-fri
policy      standard with notices.minimum_percent = 10
2025-03-03  invoice   ACME INV-1 99.99 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 900.00 USD due 2025-05-12
2025-03-13  run       ACME wait: 99.99 is below the minimum of 100.00 (10 % of all open) (N-5)
2025-03-14  invoice   ACME INV-3 0.01 USD due 2025-03-13
2025-03-14  run       ACME take: reminder (mail) INV-1 INV-3, 4 days past due
