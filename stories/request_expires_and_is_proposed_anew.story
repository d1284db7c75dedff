# N-13: nobody signs for a month. The request has expired: it cannot be signed, holds nothing back, and what still stands is proposed anew.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-03-10  opening   step ACME formal_notice INV-1
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-04-18  run       ACME wait: final_demand waits for approval since 2025-03-20 (N-11)
2025-04-20  approve   by manager-1 -> refused: request_expired     # the day after the last: the calendar counts, not the desk's work days
2025-04-20  decline   by manager-1 -> refused: request_expired
2025-04-20  approvals ACME final_demand since 2025-03-20
2025-04-21  dry       run -> 1 account, 1 past due: propose final_demand 1
2025-04-21  run       ACME propose: final_demand INV-1, 77 days past due -> approval needed: manager
2025-04-21  approvals ACME final_demand since 2025-04-21
2025-04-22  approve   by manager-1 -> final_demand sent
2025-04-24  run       ACME propose: suspension INV-1, 80 days past due -> approval needed: manager
