# N-1: an invoice that is due today is 0 days past due, and nobody is chased for it.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 500.00 USD due 2025-03-10
2025-03-07  run       ACME wait: nothing past due (N-1)
2025-03-10  run       ACME wait: nothing past due (N-1)
2025-03-10  why       ACME recorded, wait by N-1: nothing past due
2025-03-11  run       ACME wait: reminder not before 2025-03-13 (N-6); INV-1 is 1 day past due
