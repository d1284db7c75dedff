# Cash was set against the wrong invoice: unapplied and applied anew, each invoice stands as it should, and an over-application is refused.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 400.00 USD due 2025-03-10
2025-03-12  receipt   ACME R-1 400.00 USD
2025-03-12  apply     ACME R-1 to INV-1
2025-03-13  apply     ACME R-1 to INV-2 -> refused: over_applied
2025-03-13  unapply   ACME R-1 from INV-1
2025-03-13  apply     ACME R-1 to INV-2 400.01 -> refused: over_applied
2025-03-13  apply     ACME R-1 to INV-2
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  notices   ACME reminder of 2025-03-13 900.00 sent 2025-03-13
