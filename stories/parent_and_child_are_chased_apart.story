# A child gets its own letters, and its parent's cash is not taken for its own.
calendar    mon-fri
policy      standard
2025-03-03  invoice   GROUP INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   EAST INV-2 500.00 USD due 2025-03-10
2025-03-03  parent    EAST of GROUP -> changed
2025-03-12  receipt   GROUP R-1 900.00 USD
2025-03-13  run       GROUP wait: apply the cash first: 900.00 unapplied covers 900.00 (N-4)
2025-03-13  run       EAST take: reminder (mail) INV-2, 3 days past due
2025-03-13  run nothing new
