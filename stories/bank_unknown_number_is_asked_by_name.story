# A payer names a number in the form of its own invoices that nobody knows: that is asked. A number of theirs is no question.
2025-01-02  customer  ACME name Acme
2025-01-03  invoice   ACME INV-48129 900.00 USD due 2025-02-02
2025-02-03  paid      PAY-1 50.00 USD by Acme saying INV-48192 -> ACME: 50.00 USD on account, asked unknown_reference
2025-02-04  paid      PAY-2 60.00 USD by Acme saying JOB-48192 -> ACME: 60.00 USD on account, asked nothing_fits
