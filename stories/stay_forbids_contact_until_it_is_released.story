# N-8: a court's stay forbids every step, whatever is past due; when it is released the ladder goes on.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-12  hold      ACME stay basis 11 USC 362, case 25-10117
2025-03-13  run       ACME wait: stay since 2025-03-12: 11 USC 362, case 25-10117 (N-8)
2025-04-01  run       ACME wait: stay since 2025-03-12: 11 USC 362, case 25-10117 (N-8)
2025-04-02  release   ACME
2025-04-02  run       ACME take: reminder (mail) INV-1, 23 days past due
2025-04-02  release   ACME -> released already
