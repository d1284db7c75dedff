# A call is withdrawn only when nothing it is about is open: a part that is paid leaves it. Missed days are caught up with it.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-25  opening   step ACME second_reminder INV-1
2025-04-08  run       ACME take: call INV-1, 29 days past due
2025-04-09  receipt   ACME R-1 400.00 USD
2025-04-09  apply     ACME R-1 to INV-1
2025-04-09  run 1 account, 1 past due: wait N-6 1
2025-04-09  tasks     ACME call since 2025-04-08
2025-04-10  receipt   ACME R-2 500.00 USD
2025-04-10  apply     ACME R-2 to INV-1
2025-04-11  run 2 days
2025-04-11  tasks     ACME none
