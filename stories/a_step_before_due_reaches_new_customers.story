# Five days before the due date the policy strict writes to new customers, and to nobody else; later the reminder follows.
calendar    mon-fri
policy      strict
2025-03-03  customer  NEWCO segment new
2025-03-03  invoice   NEWCO INV-1 900.00 USD due 2025-03-31
2025-03-03  invoice   ACME INV-2 900.00 USD due 2025-03-31
2025-03-25  run       NEWCO wait: nothing past due (N-1)
2025-03-26  run       NEWCO take: due_soon (mail) INV-1, due in 5 days
2025-03-26  run       ACME wait: nothing past due (N-1)
2025-03-27  run       NEWCO wait: nothing past due (N-1)
2025-04-01  run       NEWCO take: reminder (mail) INV-1, 1 day past due
