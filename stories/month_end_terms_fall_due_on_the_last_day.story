# Terms to the end of the month fall due on the 29th of February in a leap year and on the 28th in any other.
calendar    mon-fri
policy      standard
2024-02-05  invoice   LEAP INV-1 900.00 USD terms net 0 EOM
2024-02-29  run       LEAP wait: nothing past due (N-1)
2024-03-04  run       LEAP take: reminder (mail) INV-1, 4 days past due
2025-02-05  invoice   PLAIN INV-2 900.00 USD terms net 0 EOM
2025-02-28  run       PLAIN wait: nothing past due (N-1)
2025-03-03  run       PLAIN take: reminder (mail) INV-2, 3 days past due
