# F-4: a debt old enough for every step climbs one rung at a time, a quiet week apart, though the desk runs every day.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD dated 2025-01-02 due 2025-02-03
2025-03-03  run       ACME take: reminder (mail) INV-1, 28 days past due
2025-03-04  run       ACME wait: second_reminder not before 2025-03-10 (N-6); last contact 2025-03-03
2025-03-05  run       ACME wait: second_reminder not before 2025-03-10 (N-6); last contact 2025-03-03
2025-03-06  run       ACME wait: second_reminder not before 2025-03-10 (N-6); last contact 2025-03-03
2025-03-07  run       ACME wait: second_reminder not before 2025-03-10 (N-6); last contact 2025-03-03
2025-03-10  run       ACME take: second_reminder (mail) INV-1, 35 days past due
2025-03-11  run       ACME wait: call not before 2025-03-17 (N-6); last contact 2025-03-10
2025-03-17  run       ACME take: call INV-1, 42 days past due
2025-03-17  notices   ACME reminder of 2025-03-03 900.00 sent 2025-03-03; second_reminder of 2025-03-10 900.00 sent 2025-03-10
