# Paid on the day it was proposed: the proposal is withdrawn the same day, and the next debt begins a climb of its own.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-03-03  invoice   ACME INV-2 600.00 USD due 2025-03-20
2025-03-10  opening   step ACME formal_notice INV-1
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-03-20  receipt   ACME R-1 8,000.00 USD
2025-03-20  apply     ACME R-1 to INV-1
2025-03-20  run 1 account, 0 past due: wait N-1 1
2025-03-20  approvals none
2025-03-21  run 1 account, 1 past due: wait N-6 1
2025-03-24  run       ACME take: reminder (mail) INV-2, 4 days past due
2025-03-24  notices   ACME reminder of 2025-03-24 600.00 sent 2025-03-24
