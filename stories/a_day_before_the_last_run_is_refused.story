# A day before the last run cannot be run any more; it can only be looked at.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-14  run       ACME take: reminder (mail) INV-1, 4 days past due
2025-03-13  run refused: run_before_last
2025-03-13  dry       run -> 1 account, 1 past due: take reminder 1
2025-03-13  why       ACME computed, take by standard/reminder: 3 days past due; rests on INV-1 900.00 USD
