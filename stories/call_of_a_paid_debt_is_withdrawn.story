# The debts two calls were to be about are paid, all that BETA owes and only the late invoice of ACME: nobody is to be called any more.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-03  invoice   BETA INV-2 700.00 USD due 2025-03-10
2025-03-20  invoice   ACME INV-3 400.00 USD due 2025-04-21
2025-03-25  opening   step ACME second_reminder INV-1
2025-03-25  opening   step BETA second_reminder INV-2
2025-04-08  run       ACME take: call INV-1, 29 days past due
2025-04-08  tasks     BETA call since 2025-04-08
2025-04-09  receipt   ACME R-1 900.00 USD
2025-04-09  apply     ACME R-1 to INV-1
2025-04-09  receipt   BETA R-2 700.00 USD
2025-04-09  apply     BETA R-2 to INV-2
2025-04-09  tasks     ACME none
2025-04-09  run 1 account, 0 past due: wait N-1 1
2025-04-09  tasks     ACME none
2025-04-09  tasks     BETA none
2025-04-25  run       ACME take: reminder (mail) INV-3, 4 days past due
