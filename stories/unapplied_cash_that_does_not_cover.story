# Cash on account that covers a part is taken off what is asked for, and the step is made.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-12  receipt   ACME R-1 600.00 USD
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  why       ACME not N-4 600.00 USD of unapplied credits do not cover 900.00 USD
2025-03-13  notices   ACME reminder of 2025-03-13 300.00 sent 2025-03-13
