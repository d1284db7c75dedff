# What the old system had really sent stays: after going live the ladder goes on from there, and nothing is capped.
calendar    mon-fri
policy      standard with notices.first_live_run_max_notices = 1
2025-02-03  invoice   ACME INV-1 900.00 USD dated 2025-01-02 due 2025-02-03
2025-02-03  invoice   BOLT INV-2 500.00 USD dated 2025-01-02 due 2025-02-03
2025-02-10  opening   step ACME reminder INV-1
2025-02-10  opening   step BOLT reminder INV-2
2025-02-18  run 2 accounts, 2 past due: take second_reminder 2; 2 notices; 3 tasks
2025-02-25  run       ACME take: call INV-1, 22 days past due
2025-02-26  go live
2025-02-26  run 2 accounts, 2 past due: take second_reminder 2; 2 notices
2025-02-26  notices   ACME second_reminder of 2025-02-18 900.00 withdrawn 2025-02-26; second_reminder of 2025-02-26 900.00 planned 2025-02-26
2025-02-26  notices   BOLT second_reminder of 2025-02-18 500.00 withdrawn 2025-02-26; second_reminder of 2025-02-26 500.00 planned 2025-02-26
