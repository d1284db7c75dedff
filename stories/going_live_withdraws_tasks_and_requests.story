# Tasks and requests of rehearsed steps are withdrawn when the book goes live; a call that was really made keeps quiet days.
calendar    mon-fri
policy      standard
2025-01-06  invoice   CALL INV-1 900.00 USD due 2025-02-13
2025-01-06  invoice   DEMAND INV-2 900.00 USD due 2025-01-22
2025-01-27  run 2 accounts, 1 past due: take reminder 1, wait N-1 1; 1 notice; 2 tasks
2025-02-06  run 8 days; 2 accounts, 1 past due: take second_reminder 1, wait N-1 8, wait N-6 7; 1 notice
2025-02-14  run 6 days; 2 accounts, 2 past due: take call 1, wait N-1 5, wait N-6 6; 1 task
2025-02-24  run 6 days; 2 accounts, 2 past due: take formal_notice 1, take reminder 1, wait N-6 10; 2 notices; 2 tasks
2025-03-03  run 5 days; 2 accounts, 2 past due: take second_reminder 1, wait N-6 9; 1 notice
2025-03-10  run 5 days; 2 accounts, 2 past due: take call 1, propose final_demand 1, wait N-6 8; 1 task; 1 approval
2025-03-10  tasks     CALL missing_contact since 2025-02-24; call since 2025-03-10
2025-03-10  run       DEMAND propose: final_demand INV-2, 47 days past due -> approval needed: manager
2025-03-10  log       DEMAND call, voicemail
2025-03-11  go live
2025-03-11  tasks     CALL missing_contact since 2025-02-24
2025-03-11  tasks     DEMAND missing_contact since 2025-01-27; missing_address since 2025-02-24
2025-03-11  approve   DEMAND by manager-1 -> refused: already_decided
2025-03-11  run       CALL take: reminder (mail) INV-1, 26 days past due
2025-03-11  run       DEMAND wait: reminder not before 2025-03-17 (N-6); last contact 2025-03-10
