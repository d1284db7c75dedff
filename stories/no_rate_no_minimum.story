# Where there is no rate to the account's currency the minimum amount is 0, and the decision says so.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 2.00 EUR due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  why       ACME not N-5 2.00 EUR reaches the minimum of 0.00; no rate from USD to EUR, so no minimum amount
