# N-13: nobody signs the first live run for a month. Its request is withdrawn, and asked again for the letters that still wait.
calendar    mon-fri
policy      standard with approval.expires_after_days = 30
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-11  go live
2025-03-13  run 1 account, 1 past due: take reminder 1; 1 notice; 2 tasks; 1 approval
2025-03-13  approvals  first_live_run since 2025-03-13
2025-04-11  run 21 days; 1 account, 1 past due: wait N-6 21
2025-04-11  approvals  first_live_run since 2025-03-13
2025-04-14  approve   by manager-1 -> refused: request_expired
2025-04-14  run 1 account, 1 past due: wait N-6 1; 1 withdrawn
2025-04-14  approvals  first_live_run since 2025-04-14
2025-04-14  approve   by manager-1 -> first_live_run approved
