# A customer who does not pay climbs the standard ladder, keeps the house waiting with a promise, breaks it, and ends before a manager.
calendar    mon-fri
policy      standard                                   # interfaces.md section 4
2025-01-05  invoice   ACME INV-1 12,000.00 USD due 2025-02-04
2025-02-06  run       ACME wait: reminder not before 2025-02-07 (N-6)
2025-02-07  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-02-12  promise   ACME 12,000.00 by 2025-02-20
2025-02-19  run       ACME wait: promised through 2025-02-21 (N-3)
2025-02-24  run       ACME take: second_reminder (mail), 20 days past due; promise of 12,000.00 broken
2025-03-03  run       ACME take: call, 27 days past due
2025-03-03  log       ACME call, voicemail
2025-03-10  run       ACME take: formal_notice (mail, letter), 34 days past due
2025-03-21  run       ACME propose: final_demand, 45 days past due -> approval needed: manager
2025-03-21  approve   by collector-1 -> refused: role_cannot_approve
2025-03-24  approve   by manager-1 -> final_demand sent
2025-04-07  run       ACME propose: suspension, 62 days past due -> approval needed: manager
