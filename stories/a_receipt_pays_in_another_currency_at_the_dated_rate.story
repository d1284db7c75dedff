# Euros pay what is owed in dollars: never by itself, at the rate of the day the money came, with the difference told, and taken back whole.
calendar    mon-fri
policy      standard
2025-01-10  invoice   GROC INV-48129 1,000.00 USD due 2025-02-09
2025-01-10  invoice   GROC INV-48130 40.00 USD due 2025-02-09
2025-03-03  bank credit B1 920.00 EUR GROC INV 48129 -> asked
2025-03-03  proposed  B1 of GROC -> nothing
2025-03-03  match     B1 to INV-48129 of GROC -> refused: no_rate
2025-03-03  rate      EUR USD 1.0837
2025-03-04  rate      EUR USD 1.2
2025-03-04  proposed  B1 of GROC -> INV-48129 1,000.00 USD: 920.00 EUR come to 997.00 USD (1 EUR = 1.0837 USD, story of 2025-03-03), loss 3.00 USD
2025-03-04  match     B1 to INV-48129 of GROC at 1,2 -> refused: bad_value
2025-03-04  match     B1 to INV-48129 of GROC -> 920.00 EUR come to 997.00 USD (1 EUR = 1.0837 USD, story of 2025-03-03), loss 3.00 USD
2025-03-04  aging     USD 1-30 40.00, balance 40.00 USD
2025-03-05  unmatch   B1
2025-03-05  aging     USD 1-30 1040.00, balance 1040.00 USD
2025-03-05  match     B1 to INV-48129 of GROC at 1.1 -> refused: currency_difference
2025-03-05  match     B1 to INV-48129 of GROC at 1.3 -> refused: rate_too_far
