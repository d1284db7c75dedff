# A cheque marked "paid in full" for a disputed invoice is held whole for a person, who may not want to accept it.
2025-01-02  customer  ACME name Acme Tools
2025-01-03  invoice   ACME INV-48129 900.00 USD due 2025-02-02
2025-01-20  dispute   ACME INV-48129 200.00 reason price
2025-02-03  paid      PAY-1 700.00 USD by Acme saying INV-48129 paid in full -> ACME: 700.00 USD on account, asked paid_in_full_of_disputed
2025-02-03  exceptions PAY-1 700.00 USD paid_in_full_of_disputed: ACME (C-2 99 % INV-48129 700.00 USD)
2025-02-04  match     PAY-1 for INV-48129=700.00 -> ACME: INV-48129 700.00 USD
2025-02-04  aging     USD 1-30 200.00, disputed 200.00, balance 200.00 USD
