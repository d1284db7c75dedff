# Due on the last day of January, reminded over a leap day: February 2024 has 29 days, and each is counted.
calendar    every-day
policy      standard with notices.quiet_days = 0
2024-01-01  invoice   ACME INV-1 900.00 USD terms net 30
2024-01-31  run       ACME wait: nothing past due (N-1)
2024-02-03  run       ACME take: reminder (mail) INV-1, 3 days past due
2024-02-15  run       ACME take: second_reminder (mail) INV-1, 15 days past due
2024-02-20  run       ACME take: call INV-1, 20 days past due
2024-02-29  log       ACME call, reached
2024-02-29  run       ACME wait: formal_notice not before 2024-03-01 (N-6); INV-1 is 29 days past due
2024-03-01  run       ACME take: formal_notice (mail, letter) INV-1, 30 days past due
2024-03-01  aging     USD 1-30 900.00, balance 900.00 USD
