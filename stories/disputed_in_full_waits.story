# N-2: an invoice that is disputed as a whole is not chased; a task asks to work the dispute, and closing it lets the ladder go on.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-11  dispute   ACME INV-1 reason damaged
2025-03-13  run       ACME wait: disputed in full: 900.00 (N-2)
2025-03-13  tasks     ACME dispute_follow_up since 2025-03-13
2025-03-24  close     dispute ACME INV-1 withdrawn
2025-03-25  run       ACME take: reminder (mail) INV-1, 15 days past due
2025-03-25  close     dispute ACME INV-1 withdrawn -> closed already
