# N-11: a step that lies before a manager blocks those above it, however late the debt grows. N-13 ends its wait after a month.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-03-19  opening   step ACME formal_notice INV-1
2025-03-26  run       ACME propose: final_demand INV-1, 51 days past due -> approval needed: manager
2025-03-27  run       ACME wait: final_demand waits for approval since 2025-03-26 (N-11)
2025-04-25  run       ACME wait: final_demand waits for approval since 2025-03-26 (N-11)
2025-04-25  why       ACME not suspension one rung at a time; due at 60 days past due, now 81
2025-04-25  worklist 1. ACME approval_waiting: final_demand waits for a signature since 2025-03-26; 8,000.00 USD to collect, oldest 81 days past due [over_30_days +10, over_60_days +15, quick_win +25]
