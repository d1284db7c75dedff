# The customer pays while the final demand waits for a signature: signing it is refused, and nobody is asked to sign it any more.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-03-10  opening   step ACME formal_notice INV-1
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-03-21  receipt   ACME R-1 8,000.00 USD
2025-03-21  apply     ACME R-1 to INV-1
2025-03-21  approve   by manager-1 -> refused: facts_moved
2025-03-21  run 1 withdrawn
2025-03-21  worklist nothing to do
