# N-9: in a book that reads bank statements nobody is chased when the newest is older than three business days.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-10  bank      statement of 2025-03-11 -> refused: day_in_future
2025-03-10  bank      statement
2025-03-10  bank      statement of 2025-03-07 -> known already
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-25  run       ACME wait: bank feed stale: last statement 2025-03-10, older than 3 business days (N-9)
2025-03-25  bank      statement
2025-03-26  run       ACME take: second_reminder (mail) INV-1, 16 days past due
