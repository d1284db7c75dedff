# Five days of grace keep an invoice out of notices; once over, days past due are counted from the due date all the same.
calendar    every-day
policy      standard with notices.grace_days = 5
2025-03-03  invoice   ACME INV-1 500.00 USD due 2025-03-10
2025-03-13  run       ACME wait: what is past due lies within the 5 days of grace (N-1)
2025-03-15  run       ACME wait: what is past due lies within the 5 days of grace (N-1)
2025-03-16  run       ACME take: reminder (mail) INV-1, 6 days past due
