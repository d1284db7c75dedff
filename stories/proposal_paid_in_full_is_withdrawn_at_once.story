# A customer who pays in full before anybody signs takes the proposal away with the payment.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-03-10  opening   step ACME formal_notice INV-1
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-03-21  run 1 account, 1 past due: wait N-11 1
2025-03-21  approvals ACME final_demand since 2025-03-20
2025-03-24  receipt   ACME R-1 8,000.00 USD
2025-03-24  apply     ACME R-1 to INV-1
2025-03-24  approvals none
2025-03-24  run nothing new
2025-03-24  approve   by manager-1 -> refused: already_decided
2025-03-25  run nothing new
2025-03-26  reverse   ACME R-1                             # the money goes back: the rung was never made, and is proposed again
2025-03-26  run       ACME propose: final_demand INV-1, 51 days past due -> approval needed: manager
2025-03-26  approvals ACME final_demand since 2025-03-26
