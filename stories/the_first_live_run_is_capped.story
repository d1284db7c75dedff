# The first live run makes at most so many notices, the largest amounts first; the others come on the next business day.
calendar    mon-fri
policy      standard with notices.first_live_run_max_notices = 2
2025-03-03  invoice   SMALL INV-1 100.00 USD due 2025-03-10
2025-03-03  invoice   LARGE INV-2 9,000.00 USD due 2025-03-10
2025-03-03  invoice   MIDDLE INV-3 900.00 USD due 2025-03-10
2025-03-03  invoice   EURO INV-4 1,000.00 EUR due 2025-03-10
2025-03-03  invoice   OLD INV-5 5,000.00 USD dated 2024-12-01 due 2025-01-02
2025-03-03  rate      USD EUR 0.9259
2025-03-11  go live
2025-03-11  dry       run -> 5 accounts, 5 past due: take reminder 1, wait N-6 4
2025-03-11  run 5 accounts, 5 past due: take reminder 1, wait N-6 4; 1 task
2025-03-13  dry       run -> 5 accounts, 5 past due: take reminder 2, wait N-6 3
2025-03-13  run 2 days; 5 accounts, 5 past due: take reminder 2, wait N-6 8; 2 notices; 3 tasks; 1 approval
2025-03-13  why       LARGE recorded, take by standard/reminder: 3 days past due; rests on INV-2 9,000.00 USD
2025-03-13  why       EURO recorded, take by standard/reminder: 3 days past due; rests on INV-4 1,000.00 EUR
2025-03-13  why       MIDDLE recorded, wait by N-6: reminder not before 2025-03-14; rests on INV-3 900.00 USD
2025-03-13  why       SMALL recorded, wait by N-6: reminder not before 2025-03-14; rests on INV-1 100.00 USD
2025-03-13  why       OLD recorded, wait by N-6: nothing after reminder before 2025-03-18; rests on INV-5 5,000.00 USD, reminder 5,000.00 USD
2025-03-13  receipt   LARGE R-1 9,000.00 USD
2025-03-13  run 1 account, 1 past due: wait N-4 1; 1 task
2025-03-13  run       SMALL wait: reminder not before 2025-03-14 (N-6); the first live run makes at most 2 notices, the largest amounts first
2025-03-14  approve   by collector-1 -> refused: role_cannot_approve
2025-03-14  approve   by manager-1 -> first_live_run approved
2025-03-14  run 5 accounts, 5 past due: take reminder 2, wait N-4 1, wait N-6 2; 2 notices; 2 tasks
2025-03-14  run       SMALL take: reminder (mail) INV-1, 4 days past due
