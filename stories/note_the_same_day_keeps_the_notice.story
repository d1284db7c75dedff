# Something that changes nothing for the customer leaves the day's notice as it is, and there is no second one.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  note      ACME new owner since March
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  invoice   ACME INV-2 80.00 USD due 2025-04-14
2025-03-13  run 1 account, 1 past due: take reminder 1
2025-03-13  notices   ACME reminder of 2025-03-13 900.00 sent 2025-03-13
