# The bank takes a payment back: the invoice is open again with its own due date, and the promise it kept is broken.
2025-01-02  customer  ACME name Acme Tools
2025-01-03  invoice   ACME INV-48129 900.00 USD due 2025-02-02
2025-02-05  promise   ACME 900.00 by 2025-02-10
2025-02-10  paid      PAY-1 900.00 USD by Acme saying INV-48129 -> ACME: INV-48129 900.00 USD, by C-2
2025-02-11  run       ACME no decision
2025-02-12  returned  PAY-1 900.00 USD reason AC04 -> taken back
2025-02-12  aging     USD 1-30 900.00, balance 900.00 USD
2025-02-13  run       ACME take: reminder (mail) INV-48129, 11 days past due; promise of 900.00 broken
