# What the old system had sent is imported: the ladder goes on from there, and the last letter counts as a contact.
calendar    mon-fri
policy      standard
2025-02-03  invoice   ACME INV-1 900.00 USD dated 2025-01-02 due 2025-02-03
2025-02-20  opening   step ACME second_reminder INV-1
2025-02-20  opening   step ACME second_reminder INV-1 -> known already
2025-02-25  run       ACME wait: call not before 2025-02-27 (N-6); last contact 2025-02-20
2025-02-27  run       ACME take: call INV-1, 24 days past due
