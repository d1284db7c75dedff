# The customer disputes the debt while the final demand waits for a signature: signing it is refused.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-03-10  opening   step ACME formal_notice INV-1
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-03-21  dispute   ACME INV-1 8,000.00 USD quality
2025-03-21  approve   by manager-1 -> refused: facts_moved
2025-03-21  run 1 account, 1 past due: wait N-2 1; 1 task
2025-03-21  worklist 1. ACME dispute_follow_up: 8,000.00 USD is disputed [over_30_days +10]
