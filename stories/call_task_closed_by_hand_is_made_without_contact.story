# Closing the call task without a logged call makes the step, but leaves no contact: the next step need not wait for quiet days.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-25  opening   step ACME second_reminder INV-1
2025-04-09  run       ACME take: call INV-1, 30 days past due
2025-04-10  task      done ACME call number_gone
2025-04-11  run       ACME take: formal_notice (mail, letter) INV-1, 32 days past due
