# A proposal is signed by a manager and once: not by the house that made it, not by a collector, not a second time.
calendar    mon-fri
policy      standard
user        approver-1 approver
2025-01-02  invoice   ACME INV-1 18,000.00 USD due 2025-02-03
2025-03-10  opening   step ACME formal_notice INV-1
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-03-20  approve   by desk -> refused: role_cannot_approve
2025-03-20  approve   by collector-1 -> refused: role_cannot_approve
2025-03-20  approve   by approver-1 -> refused: above_limit
2025-03-20  decline   by collector-1 -> refused: role_cannot_approve
2025-03-20  approve   by manager-1 -> final_demand sent
2025-03-20  approve   by manager-1 -> refused: already_decided
2025-03-21  decline   by manager-1 -> refused: already_decided
