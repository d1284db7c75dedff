# A policy that is put in force counts from the next run on; what was decided under the old one stands.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-12  run       ACME wait: reminder not before 2025-03-13 (N-6); INV-1 is 2 days past due
2025-03-12  policy    strict
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-12  why       ACME recorded, wait by N-6: reminder not before 2025-03-13; rests on INV-1 900.00 USD
