# A promise of 500.00 of 900.00 stops notices for 500.00 only: the step is due, and asks for 400.00.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-10  promise   ACME 500.00 by 2025-04-30
2025-03-13  run       ACME wait: reminder not before 2025-03-17 (N-6); last contact 2025-03-10
2025-03-17  run       ACME take: reminder (mail) INV-1, 7 days past due
2025-03-17  notices   ACME reminder of 2025-03-17 400.00 sent 2025-03-17
2025-03-17  why       ACME not N-3 400.00 USD of it is neither disputed nor promised
