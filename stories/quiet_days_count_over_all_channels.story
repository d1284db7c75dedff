# A call that a collector made, a mail, a promise: after any contact the account is left in peace for seven days.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-11  log       ACME call, reached
2025-03-13  run       ACME wait: reminder not before 2025-03-18 (N-6); last contact 2025-03-11
2025-03-17  run       ACME wait: reminder not before 2025-03-18 (N-6); last contact 2025-03-11
2025-03-18  run       ACME take: reminder (mail) INV-1, 8 days past due
2025-03-21  log       ACME mail
2025-03-25  run       ACME wait: second_reminder not before 2025-03-28 (N-6); last contact 2025-03-21
2025-03-27  log       ACME call, no_answer
2025-03-27  note      ACME he never picks up on Thursdays
2025-03-28  run       ACME take: second_reminder (mail) INV-1, 18 days past due
