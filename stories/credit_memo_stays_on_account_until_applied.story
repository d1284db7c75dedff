# A credit memo is never netted in silence: it lowers what is asked for, lies unapplied, and closes the invoice only when applied.
calendar    mon-fri
policy      standard
2025-03-03  invoice     ACME INV-1 900.00 USD due 2025-03-10
2025-03-12  credit_memo ACME CM-1 890.00 USD
2025-03-13  run         ACME wait: 10.00 is below the minimum of 25.00 (N-5)
2025-03-13  aging       USD 1-30 900.00, unapplied -890.00, balance 10.00 USD
2025-03-13  apply       ACME CM-1 to INV-1
2025-03-13  aging       USD 1-30 10.00, balance 10.00 USD
2025-03-14  run         ACME wait: 10.00 is below the minimum of 25.00 (N-5)
