# In a live book a notice is planned until it has left the house; the ladder does not move meanwhile.
calendar    mon-fri
policy      standard
mode        live
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  notices   ACME reminder of 2025-03-13 900.00 planned 2025-03-13
2025-03-25  run       ACME wait: nothing after reminder before 2025-03-26 (N-6); the notice of 2025-03-13 has not left the house yet
