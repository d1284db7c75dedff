# The payer names two invoices in its own words, less its discount and a small rest: all of it is applied, and each cent has a reason.
2025-03-02  customer  GROC name Groc
2025-03-03  invoice   GROC INV-48129 900.00 USD terms 2/10 net 30
2025-03-03  invoice   GROC INV-48131 100.00 USD terms 2/10 net 30
2025-03-10  paid      PAY-1 980.00 USD by GROC foundation saying INV 48129, 48131 less 2% -> GROC: INV-48129 882.00 USD, INV-48131 98.00 USD, by C-2
2025-03-10  aging     USD balance 0.00 USD
