# F-5: a notice shows every past-due item, and the pause between notices holds all the same when a new one falls due.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 500.00 USD due 2025-03-11
2025-03-03  invoice   ACME INV-3 300.00 USD due 2025-03-13
2025-03-13  run       ACME take: reminder (mail) INV-1 INV-2, 3 days past due
2025-03-17  run       ACME wait: second_reminder not before 2025-03-25 (N-6); INV-1 is 7 days past due; last contact 2025-03-13
2025-03-18  run       ACME wait: second_reminder not before 2025-03-25 (N-6); INV-1 is 8 days past due; last contact 2025-03-13
2025-03-25  run       ACME take: second_reminder (mail) INV-1 INV-2 INV-3, 15 days past due
