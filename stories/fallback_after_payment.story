# Paying the invoices that were chased walks the account back: the younger invoice starts with a friendly reminder.
calendar    mon-fri
policy      standard
2025-01-06  invoice   ACME OLD 4,000.00 USD due 2025-02-03
2025-02-24  invoice   ACME NEW 700.00 USD due 2025-03-10
2025-02-06  run       ACME take: reminder (mail) OLD, 3 days past due
2025-02-18  run       ACME take: second_reminder (mail) OLD, 15 days past due
2025-03-07  receipt   ACME R-1 4,000.00 USD
2025-03-07  apply     ACME R-1 to OLD
2025-03-10  run       ACME wait: nothing past due (N-1)
2025-03-13  run       ACME take: reminder (mail) NEW, 3 days past due
