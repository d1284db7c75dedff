# A day that ran in rehearsal sends nothing, not even for an invoice that came later: live notices begin the next business day.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-14  run       ACME take: reminder (mail) INV-1, 4 days past due
2025-03-14  go live
2025-03-14  invoice   BOLT INV-2 500.00 USD due 2025-03-07
2025-03-14  run       ACME wait: reminder not before 2025-03-17 (N-6); one notice a day
2025-03-14  run       BOLT wait: reminder not before 2025-03-17 (N-6); the day ran in rehearsal before the book went live
2025-03-14  notices   BOLT none
2025-03-17  run       ACME take: reminder (mail) INV-1, 7 days past due
2025-03-17  why       BOLT recorded, take by standard/reminder: 10 days past due; rests on INV-2 500.00 USD
