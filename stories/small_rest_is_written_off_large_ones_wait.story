# A collector writes off a small rest alone; what is larger waits for the manager.
2025-01-03  invoice   ACME INV-1 900.00 USD due 2025-02-02
2025-01-03  invoice   ACME INV-2 4.10 USD due 2025-02-02
2025-03-03  write_off ACME INV-2 -> 4.10 USD written off
2025-03-03  write_off ACME INV-1 reason uncollectible -> waits for a signature: reason
2025-03-04  approve   ACME by manager-1 -> write_off approved
2025-03-04  aging     USD balance 0.00 USD
