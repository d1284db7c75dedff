# An account in two currencies has two ladders; what is below the minimum in one is not lifted by the other.
calendar    mon-fri
policy      standard
2025-03-01  rate      USD EUR 0.92
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 20.00 EUR due 2025-03-10
2025-03-13  run       ACME USD take: reminder (mail) INV-1, 3 days past due
2025-03-13  run       ACME EUR wait: 20.00 is below the minimum of 23.00 (N-5)
2025-03-13  promise   ACME 900.00 by 2025-03-20 -> refused: currency_required
2025-03-13  promise   ACME 900.00 USD by 2025-03-20
2025-03-13  aging     EUR 1-30 20.00, balance 20.00 EUR
