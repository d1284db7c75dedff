# A receipt is reversed: the invoice is open again, as late as it is, and the climb goes on where it stood.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-17  receipt   ACME R-1 900.00 USD
2025-03-17  apply     ACME R-1 to INV-1
2025-03-21  run 6 days; 0 accounts, 0 past due: wait N-6 1
2025-03-24  reverse   ACME R-1
2025-03-25  run       ACME take: second_reminder (mail) INV-1, 15 days past due
2025-03-25  aging     USD 1-30 900.00, balance 900.00 USD
2025-03-20  aging     USD balance 0.00 USD
