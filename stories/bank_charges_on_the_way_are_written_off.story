# Banks took 5.00 off the payment on the way and say so: the invoice is closed, and nobody is chased for the charge.
2025-01-02  customer  ACME name Acme Tools
2025-01-03  invoice   ACME INV-48129 500.00 USD due 2025-02-02
2025-01-03  invoice   ACME INV-48131 120.00 USD due 2025-02-02
2025-02-03  paid      PAY-1 495.00 USD less charges 5.00 by Acme saying INV-48129 -> ACME: INV-48129 495.00 USD, by C-2
2025-02-03  aging     USD 1-30 120.00, balance 120.00 USD
2025-02-04  unmatch   PAY-1 -> nobody's, asked unknown_payer
2025-02-04  aging     USD 1-30 620.00, balance 125.00 USD
2025-02-05  paid      PAY-2 110.00 USD less charges 5.00 by Acme saying INV-48131 -> ACME: INV-48131 110.00 USD, by C-2, asked short
