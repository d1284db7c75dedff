# Going live closes what was rehearsed: the climb starts at the bottom, and no rehearsed letter keeps quiet days.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-25  run       ACME take: second_reminder (mail) INV-1, 15 days past due
2025-03-26  go live
2025-03-26  notices   ACME reminder of 2025-03-13 900.00 withdrawn 2025-03-26; second_reminder of 2025-03-25 900.00 withdrawn 2025-03-26
2025-03-26  run       ACME take: reminder (mail) INV-1, 16 days past due
2025-03-26  notices   ACME reminder of 2025-03-13 900.00 withdrawn 2025-03-26; second_reminder of 2025-03-25 900.00 withdrawn 2025-03-26; reminder of 2025-03-26 900.00 planned 2025-03-26
2025-03-25  why       ACME recorded, take by standard/second_reminder: 15 days past due; rests on INV-1 900.00 USD, reminder 900.00 USD
2025-04-07  go into rehearsal
2025-04-07  notices   ACME reminder of 2025-03-13 900.00 withdrawn 2025-03-26; second_reminder of 2025-03-25 900.00 withdrawn 2025-03-26; reminder of 2025-03-26 900.00 planned 2025-03-26
2025-04-07  run       ACME wait: nothing after reminder before 2025-04-08 (N-6); the notice of 2025-03-26 has not left the house yet
2025-04-07  go live
2025-04-07  notices   ACME reminder of 2025-03-13 900.00 withdrawn 2025-03-26; second_reminder of 2025-03-25 900.00 withdrawn 2025-03-26; reminder of 2025-03-26 900.00 planned 2025-03-26
