# A payment of two named invoices is short and nobody says why: nothing is guessed, a person says which one is short.
2025-01-02  customer  ACME name Acme Tools
2025-01-03  invoice   ACME INV-48129 900.00 USD due 2025-02-02
2025-01-03  invoice   ACME INV-48131 600.00 USD due 2025-02-02
2025-02-03  paid      PAY-1 1,420.00 USD by Acme saying INV-48129 INV-48131 -> ACME: 1,420.00 USD on account, asked short
2025-02-03  exceptions PAY-1 1,420.00 USD short: ACME (C-2 50 % INV-48129 900.00 USD INV-48131 520.00 USD or C-2 50 % INV-48129 820.00 USD INV-48131 600.00 USD)
2025-02-03  aging     USD 1-30 1500.00, unapplied -1420.00, balance 80.00 USD
2025-02-04  match     PAY-1 for INV-48129=820.00 INV-48131 -> ACME: INV-48129 820.00 USD, INV-48131 600.00 USD
2025-02-04  exceptions none
2025-02-04  unmatch   PAY-1 -> nobody's, asked unknown_payer
2025-02-04  aging     USD 1-30 1500.00, balance 80.00 USD
