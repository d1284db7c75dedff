# F-1: the last of three invoices is paid and the first is not; the account is still chased for the first.
calendar    mon-fri
policy      standard
2025-01-06  invoice   ACME INV-1 900.00 USD due 2025-02-03
2025-01-07  invoice   ACME INV-2 800.00 USD due 2025-02-04
2025-01-08  invoice   ACME INV-3 700.00 USD due 2025-02-05
2025-02-06  run       ACME take: reminder (mail) INV-1 INV-2 INV-3, 3 days past due
2025-02-12  receipt   ACME R-1 700.00 USD
2025-02-12  apply     ACME R-1 to INV-3
2025-02-18  run       ACME take: second_reminder (mail) INV-1 INV-2, 15 days past due
2025-02-20  receipt   ACME R-2 800.00 USD
2025-02-20  apply     ACME R-2 to INV-2
2025-02-25  run       ACME take: call INV-1, 22 days past due
