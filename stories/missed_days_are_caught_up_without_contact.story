# Days on which nobody ran the desk get their decisions later, but no notices: only the day asked makes some.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-11  run       ACME wait: reminder not before 2025-03-13 (N-6); INV-1 is 1 day past due
2025-03-19  run 6 days; 1 account, 1 past due: take reminder 1, wait N-6 5; 1 notice; 2 tasks
2025-03-13  why       ACME recorded, wait by N-6: reminder not before 2025-03-14; rests on INV-1 900.00 USD
2025-03-19  notices   ACME reminder of 2025-03-19 900.00 sent 2025-03-19
