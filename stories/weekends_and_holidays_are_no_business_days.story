# The desk rests on weekends and bank holidays: what falls due for a step then is made on the next business day.
calendar    us-federal
policy      standard
2025-06-02  invoice   ACME INV-1 900.00 USD due 2025-07-01
2025-07-03  run       ACME wait: reminder not before 2025-07-07 (N-6); INV-1 is 2 days past due
2025-07-04  run       ACME no business day
2025-07-05  run no business day
2025-07-07  run       ACME take: reminder (mail) INV-1, 6 days past due
