# One payment of the parent pays the invoices of two children, which stay apart in the book.
2025-01-03  customer  HEAD name Head Office Group
2025-01-03  parent    EAST of HEAD
2025-01-03  parent    WEST of HEAD
2025-01-03  invoice   EAST INV-48129 900.00 USD due 2025-02-02
2025-01-03  invoice   WEST INV-48131 100.00 USD due 2025-02-02
2025-02-03  paid      PAY-1 1,000.00 USD by Head Office Group saying INV-48129 INV-48131 -> HEAD: INV-48129 900.00 USD, INV-48131 100.00 USD, by C-2
2025-02-03  aging     USD balance 0.00 USD
