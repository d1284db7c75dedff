# Nobody knows who paid: the money is in the balance of the book and of no account, until somebody says whose it is.
2025-03-03  invoice   ACME INV-48129 900.00 USD due 2025-04-02
2025-03-03  invoice   BETA INV-48131 900.00 USD due 2025-04-02
2025-03-10  paid      PAY-1 900.00 USD by Harbour Holdings saying thank you -> nobody's, asked unknown_payer
2025-03-10  exceptions PAY-1 900.00 USD unknown_payer: ACME (C-3 30 % INV-48129 900.00 USD), BETA (C-3 30 % INV-48131 900.00 USD)
2025-03-10  match     PAY-1 to BETA for INV-48131 learn -> BETA: INV-48131 900.00 USD
2025-03-11  invoice   BETA INV-48144 120.00 USD due 2025-04-10
2025-03-12  paid      PAY-2 120.00 USD by Harbour Holdings saying thank you again -> BETA: INV-48144 120.00 USD, by C-3
2025-03-12  exceptions none
