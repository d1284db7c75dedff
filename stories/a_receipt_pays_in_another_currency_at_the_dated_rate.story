# Euros pay what is owed in dollars: never by itself, at the rate of the day the money came, with the difference told, and taken back whole.
calendar    mon-fri
policy      standard
2025-01-10  invoice   GROC INV-48129 1,000.00 USD due 2025-02-09
2025-01-10  invoice   GROC INV-48130 40.00 USD due 2025-02-09
2025-03-03  paid      PAY-1 920.00 EUR by Groc saying INV 48129 -> nobody's, asked unknown_payer
2025-03-03  proposed  PAY-1 of GROC -> nothing
2025-03-03  match     PAY-1 to GROC for INV-48129 -> refused: no_rate
2025-03-03  rate      EUR USD 1.0837
2025-03-04  rate      EUR USD 1.2
2025-03-04  proposed  PAY-1 of GROC -> INV-48129 1,000.00 USD: 920.00 EUR come to 997.00 USD (1 EUR = 1.0837 USD, story of 2025-03-03), loss 3.00 USD
2025-03-04  match     PAY-1 to GROC for INV-48129 rate 1,2 -> refused: bad_value
2025-03-04  match     PAY-1 to GROC for INV-48129 -> GROC: 920.00 EUR come to 997.00 USD (1 EUR = 1.0837 USD, story of 2025-03-03), loss 3.00 USD: INV-48129 997.00 USD
2025-03-04  aging     USD 1-30 40.00, balance 40.00 USD
2025-03-05  unmatch   PAY-1 -> nobody's, asked unknown_payer
2025-03-05  aging     USD 1-30 1040.00, balance 1040.00 USD
2025-03-05  match     PAY-1 to GROC for INV-48129 rate 1.1 -> refused: currency_difference
2025-03-05  match     PAY-1 to GROC for INV-48129 rate 1.3 -> refused: rate_too_far
