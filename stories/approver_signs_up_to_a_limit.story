# An approver stands in for the manager up to 10,000.00; what is above the limit waits for the manager.
calendar    mon-fri
policy      standard
user        approver-1 approver
2025-01-02  invoice   SMALL INV-1 9,999.99 USD due 2025-02-03
2025-01-02  invoice   LARGE INV-2 10,000.01 USD due 2025-02-03
2025-03-10  opening   step SMALL formal_notice INV-1
2025-03-10  opening   step LARGE formal_notice INV-2
2025-03-20  run 2 accounts, 2 past due: propose final_demand 2; 2 approvals
2025-03-20  approve   SMALL by approver-1 -> final_demand sent
2025-03-20  approve   LARGE by approver-1 -> refused: above_limit
