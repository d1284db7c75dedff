# The call of the ladder is a task: done on its day it counts as made and as a contact, and the next step keeps its distance.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-10  opening   step ACME second_reminder INV-1
2025-04-08  run       ACME take: call INV-1, 29 days past due
2025-04-08  tasks     ACME call since 2025-04-08
2025-04-09  run       ACME wait: nothing after call before 2025-04-15 (N-6); the task of 2025-04-08 is open until 2025-04-15
2025-04-10  log       ACME call, reached
2025-04-10  tasks     ACME none
2025-04-11  run       ACME wait: formal_notice not before 2025-04-17 (N-6); last contact 2025-04-10
2025-04-17  run       ACME take: formal_notice (mail, letter) INV-1, 38 days past due
