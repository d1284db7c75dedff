# An invoice is paid twice: the second payment is not set against another one that is as large, a person is asked.
2025-01-02  customer  ACME name Acme Tools
2025-01-03  invoice   ACME INV-48129 900.00 USD due 2025-02-02
2025-01-04  invoice   ACME INV-48131 900.00 USD due 2025-02-03
2025-02-03  paid      PAY-1 900.00 USD by Acme saying INV-48129 -> ACME: INV-48129 900.00 USD, by C-2
2025-02-05  paid      PAY-2 900.00 USD by Acme saying INV-48129 -> ACME: 900.00 USD on account, asked paid_before
2025-02-05  exceptions PAY-2 900.00 USD paid_before: ACME (C-5 93 % INV-48131 900.00 USD)
2025-02-06  match     PAY-2 on account -> ACME: 900.00 USD on account
2025-02-06  aging     USD 1-30 900.00, unapplied -900.00, balance 0.00 USD
