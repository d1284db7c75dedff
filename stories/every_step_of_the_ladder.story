# The whole standard ladder from the first reminder to the agency, each step on its day, three of them signed by a manager.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-02-06  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-02-18  run       ACME take: second_reminder (mail) INV-1, 15 days past due
2025-02-25  run       ACME take: call INV-1, 22 days past due
2025-02-26  log       ACME call, reached
2025-03-05  run       ACME take: formal_notice (mail, letter) INV-1, 30 days past due
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-03-20  approve   by manager-1 -> final_demand sent
2025-04-04  run       ACME propose: suspension INV-1, 60 days past due -> approval needed: manager
2025-04-04  approve   by manager-1 -> suspension approved
2025-05-05  run       ACME propose: referral INV-1, 91 days past due -> approval needed: manager
2025-05-06  approve   by manager-1 -> referral approved
2025-05-07  run       ACME wait: the ladder has no further step (N-7)
2025-05-07  notices   ACME reminder of 2025-02-06 8000.00 sent 2025-02-06; second_reminder of 2025-02-18 8000.00 sent 2025-02-18; formal_notice of 2025-03-05 8000.00 sent 2025-03-05; final_demand of 2025-03-20 8000.00 sent 2025-03-20
