# F-3: an invoice of 900.00 of which 880.00 is paid is below the minimum, however large it once was.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-11  receipt   ACME R-1 880.00 USD
2025-03-11  apply     ACME R-1 to INV-1
2025-03-13  run       ACME wait: 20.00 is below the minimum of 25.00 (N-5)
2025-03-13  why       ACME not N-6 not asked: N-5 answers first
