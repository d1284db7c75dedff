# A letter asks for what is out of grace only: an invoice that is late by less than the grace is not in it, nor in its total.
calendar    every-day
policy      standard with notices.grace_days = 5
2025-03-03  invoice   ACME INV-1 500.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 300.00 USD due 2025-03-12
2025-03-16  run       ACME take: reminder (mail) INV-1, 6 days past due
2025-03-16  notices   ACME reminder of 2025-03-16 500.00 sent 2025-03-16
