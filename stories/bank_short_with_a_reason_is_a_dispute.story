# The remittance advice says why 15.00 is held back: that much is disputed, and only the rest of the invoice is closed.
2025-01-02  customer  ACME name Acme Tools
2025-01-03  invoice   ACME INV-48129 900.00 USD due 2025-02-02
2025-01-03  invoice   ACME INV-48131 100.00 USD due 2025-02-02
2025-02-03  advice    PAY-1 985.00 USD INV-48129 885.00 less 15.00 damaged, INV-48131 100.00 -> waits for its receipt
2025-02-04  paid      PAY-1 985.00 USD by Acme -> ACME: INV-48129 885.00 USD, INV-48131 100.00 USD, by C-1
2025-02-04  aging     USD 1-30 15.00, disputed 15.00, balance 15.00 USD
2025-02-12  run       ACME wait: disputed in full: 15.00 (N-2)
