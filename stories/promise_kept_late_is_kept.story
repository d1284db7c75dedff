# Money that comes within the one business day of grace keeps the promise: what is still open climbs without a broken promise.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 400.00 USD due 2025-03-11
2025-03-13  run       ACME take: reminder (mail) INV-1 INV-2, 3 days past due
2025-03-14  promise   ACME 900.00 by 2025-03-20 for INV-1
2025-03-21  receipt   ACME R-1 900.00 USD
2025-03-21  apply     ACME R-1 to INV-1
2025-03-26  run       ACME take: second_reminder (mail) INV-2, 15 days past due
