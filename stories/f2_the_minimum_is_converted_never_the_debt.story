# F-2: the minimum of 25.00 USD is 3,750 yen at the day's rate, so 3,749 yen wait and 3,750 do not.
calendar    mon-fri
policy      standard
2025-03-01  rate      USD JPY 150
2025-03-03  invoice   TOKYO INV-1 3,749 JPY due 2025-03-10
2025-03-03  invoice   OSAKA INV-2 3,750 JPY due 2025-03-10
2025-03-13  run       TOKYO wait: 3,749 is below the minimum of 3,750 (N-5)
2025-03-13  run       OSAKA take: reminder (mail) INV-2, 3 days past due
