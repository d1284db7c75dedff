# A broken promise frees what it covered, and the next step says so.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-18  promise   ACME 900.00 by 2025-03-27
2025-03-28  run       ACME wait: promised through 2025-03-28 (N-3)
2025-03-31  run       ACME take: second_reminder (mail) INV-1, 21 days past due; promise of 900.00 broken
2025-03-31  worklist 1. ACME missing_contact: missing since 2025-03-13 [broken_promise +30]
