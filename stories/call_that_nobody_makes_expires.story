# After five business days a call that nobody made holds the ladder back no longer; it was no contact.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-25  opening   step ACME second_reminder INV-1
2025-04-08  run       ACME take: call INV-1, 29 days past due
2025-04-14  run       ACME wait: nothing after call before 2025-04-15 (N-6); the task of 2025-04-08 is open until 2025-04-15
2025-04-15  run       ACME take: formal_notice (mail, letter) INV-1, 36 days past due
2025-04-15  notices   ACME formal_notice of 2025-04-15 900.00 sent 2025-04-15
