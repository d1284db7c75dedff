# Another step becomes due on a day that has made its notice: it waits for the next business day.
calendar    mon-fri
policy      standard with notices.quiet_days = 0
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 700.00 USD due 2025-02-20
2025-03-13  opening   step ACME reminder INV-2
2025-03-14  run       ACME take: second_reminder (mail) INV-2 INV-1, 22 days past due
2025-03-14  receipt   ACME R-1 700.00 USD
2025-03-14  apply     ACME R-1 to INV-2
2025-03-14  run       ACME wait: reminder not before 2025-03-17 (N-6); one notice a day
2025-03-17  run       ACME take: reminder (mail) INV-1, 7 days past due
2025-03-17  notices   ACME second_reminder of 2025-03-14 1600.00 withdrawn 2025-03-14; reminder of 2025-03-17 900.00 sent 2025-03-17
