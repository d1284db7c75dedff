# A promise for one invoice leaves the other to the ladder, even when the promised one is the older.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 400.00 USD due 2025-03-12
2025-03-10  promise   ACME 900.00 by 2025-04-15 for INV-1
2025-03-14  run       ACME wait: reminder not before 2025-03-17 (N-6); INV-2 is 2 days past due; last contact 2025-03-10
2025-03-17  run       ACME take: reminder (mail) INV-2, 5 days past due
2025-03-17  notices   ACME reminder of 2025-03-17 400.00 sent 2025-03-17
