# The policy strict gives public bodies time and a ladder of their own; everybody else is reminded on the first day.
calendar    mon-fri
policy      strict
2025-03-03  customer  TOWN segment public
2025-03-03  invoice   TOWN INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   ACME INV-2 900.00 USD due 2025-03-10
2025-03-11  run       TOWN wait: what is past due lies within the 10 days of grace (N-1)
2025-03-11  run       ACME take: reminder (mail) INV-2, 1 day past due
2025-03-25  run       TOWN take: reminder (mail) INV-1, 15 days past due
2025-04-09  run       TOWN take: second_reminder (mail, letter) INV-1, 30 days past due
2025-04-24  run       TOWN take: call INV-1, 45 days past due
2025-07-24  run       TOWN wait: the ladder has no further step (N-7)
