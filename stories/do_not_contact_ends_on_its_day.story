# N-8: a person asked to be left alone until a day; on the day after, the step that is due is made.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-11  hold      ACME do_not_contact until 2025-03-20 basis owner asked by telephone
2025-03-13  run       ACME wait: do_not_contact since 2025-03-11: owner asked by telephone (N-8)
2025-03-20  run       ACME wait: do_not_contact since 2025-03-11: owner asked by telephone (N-8)
2025-03-21  run       ACME take: reminder (mail) INV-1, 11 days past due
