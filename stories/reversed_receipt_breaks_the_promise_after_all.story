# A cheque bounces after it kept a promise: the invoice is open again, and the promise counts as broken without anybody saying so.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-14  promise   ACME 900.00 by 2025-03-20
2025-03-20  receipt   ACME R-1 900.00 USD
2025-03-20  apply     ACME R-1 to INV-1
2025-03-26  run 9 days; 0 accounts, 0 past due: wait N-3 4
2025-03-27  reverse   ACME R-1
2025-03-27  run       ACME take: second_reminder (mail) INV-1, 17 days past due; promise of 900.00 broken
2025-03-27  aging     USD 1-30 900.00, balance 900.00 USD
